import { failWith } from '../../cli/check/verdict.ts'

export const diagnoses = {
  'saga.order-refused': {
    expected: '200, 201 or 202 for POST /api/orders',
    cause: 'The order service is not there or refuses a good order: part E has to work first.',
    next: 'lab check e',
    late: true,
    dead: true,
  },
  'saga.status-unreadable': {
    expected: 'GET /api/orders/:id with 200 and JSON {"orderId", "status"}',
    cause: 'The route is missing, or its answer lacks one of the two fields.',
    next: 'curl -i localhost:$PORT/api/orders/<id>',
  },
  'saga.not-declined': {
    expected: 'payment-failed, and no payment-success, where PAYMENT_FAIL_RATE is 1',
    cause: 'PAYMENT_FAIL_RATE is not read, or the payment goes on after it was declined.',
    next: 'start payment with PAYMENT_FAIL_RATE=1 and post an order',
    late: true,
  },
  'saga.not-cancelled': {
    expected: 'order-cancelled after a failure',
    cause: 'Nobody listens to this failure, or the listener changes its own state and tells nobody.',
    next: 'publish order-cancelled where the failure is handled',
    late: true,
  },
  'saga.status-wrong': {
    expected: 'a status that follows what happened: CONFIRMED or CANCELLED',
    cause: 'The order service does not read the event that decides, or answers with another word.',
    next: 'read stock-reserved, payment-failed and stock-failed in the order service',
    late: true,
  },
  'saga.email-for-cancelled': {
    expected: 'no "Email Sent" for a cancelled order',
    cause: 'Notification listens to a topic that comes too early.',
    next: 'send the e-mail on stock-reserved only',
  },
  'saga.stock-touched': {
    expected: 'no unit taken and none given back for an order that was never paid',
    cause:
      'Inventory takes units on order-created or payment-failed, or gives back on order-cancelled what it never took.',
    next: 'take units on payment-success only; give back only what was reserved for that order',
  },
  'saga.reason-missing': {
    expected: 'data.reason, in words of your own, in failures, cancellations and refunds',
    cause: 'The event does not say why.',
    next: 'add reason to its data',
  },
  'saga.no-stock-failed': {
    expected: 'stock-failed for an order that the stock cannot serve',
    cause: 'STOCK is not read, or units are not taken off.',
    next: 'lab check g',
    late: true,
  },
  'saga.not-refunded': {
    expected: 'one payment-refunded for a paid order whose stock failed',
    cause: 'The money was taken and nobody gives it back: no service reads stock-failed and publishes the refund.',
    next: 'publish payment-refunded on stock-failed',
    late: true,
  },
  'saga.refunded-twice': {
    expected: 'exactly one payment-refunded',
    cause: 'Two services refund, or one refunds on stock-failed and again on order-cancelled.',
    next: 'let one service refund, on one event',
  },
  'saga.cancelled-twice': {
    expected: 'exactly one order-cancelled',
    cause: 'Two services cancel, or one cancels on stock-failed and again on payment-refunded.',
    next: 'let one service cancel, and only an order that is still PENDING',
  },
  'saga.compensated-success': {
    expected: 'no compensating event for an order that succeeded',
    cause: 'A failure or a refund is published although all went well.',
    next: 'lab tail payment-failed stock-failed order-cancelled payment-refunded',
  },
  'saga.unknown-order': {
    expected: '404 for an id that no order has',
    cause: 'The route answers for every id, or fails on one that it does not know.',
    next: 'curl -i localhost:$PORT/api/orders/unknown',
  },
  'saga.never-ends': {
    expected: 'every order to end as CONFIRMED or CANCELLED',
    cause: 'One of the ways through the saga has no end: look at the last hop of the order.',
    next: 'lab run, post orders with PAYMENT_FAIL_RATE=0.5, and look for one that stays PENDING',
    late: true,
  },
  'saga.one-outcome': {
    expected: 'confirmed and cancelled orders at a fail rate of 0.5',
    cause: 'PAYMENT_FAIL_RATE is read as all or nothing.',
    next: 'compare a number from 0 to 1, made from the order id, with the rate: decline when it is smaller',
  },
  'saga.money-wrong': {
    expected:
      'a confirmed order paid and not refunded; a cancelled one declined, or paid and refunded; no refund without a payment',
    cause: 'A compensation runs for the wrong orders, or does not run for the right ones.',
    next: 'follow the order over all topics: its passport is above',
    late: true,
  },
  'saga.units-wrong': {
    expected: 'as many reserved units as confirmed ones',
    cause: 'Units are reserved for orders that are not confirmed, or orders confirmed whose units are not reserved.',
    next: 'confirm an order on stock-reserved only',
  },
} as const

export const fail = failWith(diagnoses)
