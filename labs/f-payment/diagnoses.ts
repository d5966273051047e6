import { failWith } from '../../cli/check/verdict.ts'

export const diagnoses = {
  'payment.silent': {
    expected: 'a payment-success for every order-created',
    cause: 'The consumer never gets to work: not connected, not subscribed to order-created, or the service ended.',
    next: 'start the payment service and watch its output; lab tail order-created payment-success',
    late: true,
    dead: true,
  },
  'payment.missing': {
    expected: 'one payment-success for every order',
    cause: 'An order was read and then lost: its payment was sent without waiting, or an error was swallowed.',
    next: 'lab tail payment-success',
    late: true,
  },
  'payment.twice': {
    expected: 'exactly one payment-success for each order',
    cause:
      'The payment is published in two places, or the message is worked on again because its offset was not committed.',
    next: 'look for what happens behind the send, and when the offset is committed',
  },
  'payment.key-wrong': {
    expected: 'the order id as the key of payment-success',
    cause: 'Without the key the events of an order may overtake each other in other partitions.',
    next: 'send { key: orderId, value: … }',
  },
  'payment.other-order': {
    expected: 'the id of the order in data.orderId of payment-success',
    cause: 'data of the new event was not taken from the order.',
    next: 'carry data of order-created over into payment-success',
    dead: true,
  },
  'payment.event-id': {
    expected: 'an eventId of its own in every payment-success',
    cause:
      'The id of order-created was copied, or one id is used for all: nobody downstream can tell two events apart.',
    next: 'make a new eventId for each event',
  },
  'payment.lines': {
    expected: '"Payment Processing" and then "Payment Done" on standard output for each order',
    cause: 'A line is missing, comes in the wrong order, or goes to standard error.',
    next: 'print the one before and the other after the payment is published',
  },
  'payment.early-orders-lost': {
    expected: 'orders from before the very first start to be paid',
    cause:
      'A group that has no offsets yet starts at the end of the topic unless it is told to start at the beginning.',
    next: 'subscribe with fromBeginning: true (auto.offset.reset=earliest)',
    late: true,
  },
  'payment.down-orders-lost': {
    expected: 'orders from while the service was down to be paid once it runs again',
    cause:
      'The service does not go on where it stopped: another group id at each start, or offsets committed before the work.',
    next: 'keep the group id payment-group, and commit an offset after the payment is published',
    late: true,
  },
  'payment.paid-again': {
    expected: 'orders that were paid before the stop not to be paid again',
    cause:
      'The offsets were not committed, or not under the same group: a new group id at each start begins from the beginning.',
    next: 'keep the group id payment-group, and commit after the payment is published and before the process ends',
  },
  'payment.poison-kills': {
    expected: 'the service to live on',
    cause:
      'A message that cannot be read throws in the handler and nothing catches it. The message is read again after each restart: it kills for ever.',
    next: 'catch the error of JSON.parse, check that data is there, report the message and go on',
  },
  'payment.poison-blocks': {
    expected: 'the orders behind an unreadable message to be paid',
    cause:
      'The handler throws, the client reads the same message again and again (or stops for good), and everything behind it in the partition waits.',
    next: 'catch the error of JSON.parse, check that data is there, report the message and go on',
  },
  'payment.group-name': {
    expected: 'a consumer group with the name payment-group',
    cause:
      'Another name, or a new one for each process: then two instances do not share the work but both do all of it.',
    next: 'set groupId: "payment-group"',
  },
  'payment.not-shared': {
    expected: 'two instances that share the partitions and both pay',
    cause: 'The second instance does not run (a fixed port?), or gets no partition, or both get all of them.',
    next: 'start two instances with different PORTs and look at their output',
    late: true,
  },
  'payment.lost-at-kill': {
    expected: 'every order to be paid within 60 s after one of two instances was killed',
    cause:
      'The offset was committed before the payment was published: the killed instance had said "done" for work that it had not done.',
    next: 'commit the offset after the payment is published',
  },
  'payment.take-over-late': {
    expected: 'every order to be paid within 60 s after one of two instances was killed',
    cause: 'The other instance does not take over the partitions: its session timeout is long, or it stopped reading.',
    next: 'set sessionTimeout to 6–10 s',
    late: true,
  },
  'payment.again-after-kill': {
    expected: 'an order whose offset was committed before the kill not to be paid again',
    cause: 'The instance that takes over does not start from the committed offset.',
    next: 'do not seek, and keep the group id payment-group',
  },
  'payment.thrice': {
    expected: 'no order to be paid more than twice',
    cause: 'An order is paid again at every rebalance.',
    next: 'commit offsets more often, or remember which orders are paid',
  },
} as const

export const fail = failWith(diagnoses)
