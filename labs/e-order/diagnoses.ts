import { failWith } from '../../cli/check/verdict.ts'

export const diagnoses = {
  'order.not-answering': {
    expected: 'an answer to POST /api/orders on the port of the variable PORT',
    cause: 'The service is not there, does not listen on PORT, or never ends its response.',
    next: 'curl -i -X POST localhost:$PORT/api/orders -H "content-type: application/json" -d \'{"productId":201,"quantity":1,"amount":10}\'',
    late: true,
    dead: true,
  },
  'order.good-refused': {
    expected: '200, 201 or 202 for a good order',
    cause:
      'The route is missing, or a rule refuses what is right: userId may be absent, productId may be a number or a string.',
    next: 'curl -i -X POST localhost:$PORT/api/orders -H "content-type: application/json" -d \'{"productId":201,"quantity":1,"amount":10}\'',
    dead: true,
  },
  'order.id-missing': {
    expected: 'JSON that holds "orderId"',
    cause: 'The answer does not say which id the new order got, so the customer can never ask for it.',
    next: 'answer with { orderId, … }',
    dead: true,
  },
  'order.id-repeated': {
    expected: 'a new id for every order, whatever the body says',
    cause: 'The id is fixed, made of something that repeats, or taken from the body.',
    next: 'make the id with crypto.randomUUID() for each order',
  },
  'order.line-missing': {
    expected: 'a line with the words "Order Created" on standard output',
    cause: 'The line is missing, or goes to standard error.',
    next: 'print the line once the order is accepted',
  },
  'order.event-missing': {
    expected: 'one order-created with the id of the answer',
    cause: 'The order is answered but never published; or the event has another id than the answer.',
    next: 'await the send of the event before you answer, and use one id for both',
    late: true,
  },
  'order.event-twice': {
    expected: 'exactly one order-created for each order',
    cause: 'The event is published in two places of the code, or sent again after a send that went through.',
    next: 'look for the second place that sends order-created',
  },
  'order.event-different': {
    expected: 'the product, quantity and amount of the body in the event',
    cause: 'A field is left out, changed, or converted on the way from the body to the event.',
    next: 'compare the body with data of the event',
  },
  'order.bad-accepted': {
    expected: '4xx and JSON that holds "error"',
    cause: 'This rule is not checked before the order is accepted.',
    next: 'check the body first; answer 400 with { error: "…" } that names the field',
  },
  'order.bad-crashes': {
    expected: '4xx and JSON that holds "error", and a service that lives on',
    cause: 'The bad body throws in the handler and nothing catches it.',
    next: 'check what the body is before you read fields of it',
  },
  'order.bad-unexplained': {
    expected: 'JSON that holds "error"',
    cause:
      'The framework answers with its own page, or the answer has another field. A client can only read what it knows.',
    next: 'add an error handler that answers { error: "…" } as JSON',
  },
  'order.bad-no-answer': {
    expected: 'an answer within 2 s that reaches the client',
    cause: 'The handler never ends its response, or the connection is closed while the client is still sending.',
    next: 'answer, and read or drain the rest of the body before the connection closes',
    late: true,
  },
  'order.bad-published': {
    expected: 'no order-created for a refused order',
    cause: 'The event is published before the order is checked.',
    next: 'check first, publish last',
  },
  'order.good-after-bad': {
    expected: 'the next good order to work',
    cause: 'A bad body leaves the service broken: it ended, hangs, or lost its producer.',
    next: 'send a bad body and then a good one, and look at the output of the service',
  },
} as const

export const fail = failWith(diagnoses)
