import { failWith } from '../../cli/check/verdict.ts'

export const diagnoses = {
  'flow.order-refused': {
    expected: '200, 201 or 202 for POST /api/orders',
    cause: 'The order service is not there or refuses a good order: part E has to work first.',
    next: 'lab check e',
    late: true,
    dead: true,
  },
  'flow.hop-missing': {
    expected: 'order-created → payment-success → stock-reserved, and "Email Sent" with the order id',
    cause: 'The service behind the last hop that is there does not read it, or does not publish.',
    next: 'lab run, post an order, and watch which service stays silent',
    late: true,
    dead: true,
  },
  'flow.email-missing': {
    expected: '"Email Sent" with the order id on the same line of standard output',
    cause: 'Notification does not read stock-reserved, does not print the id, or prints to standard error.',
    next: 'start the notification service and watch its output',
    late: true,
  },
  'flow.key-wrong': {
    expected: 'the order id as the key of every event of the order',
    cause: 'One service publishes without the key. From there on the events of an order may overtake each other.',
    next: 'send { key: orderId, value: … } in the service that publishes this topic',
  },
  'flow.event-id-copied': {
    expected: 'a new eventId for every event',
    cause: 'The service copies the whole envelope of the event that it answers, id and all.',
    next: 'make a new envelope for each event; carry over data only',
  },
  'flow.order-stuck': {
    expected: 'every order to end: reserved and mailed, or stock-failed',
    cause:
      'An order got lost on its way: an error that was swallowed, or a rule that refuses what the service before it let through.',
    next: 'lab run, then look for the order in the output of the service behind its last hop',
    late: true,
  },
  'stock.silent': {
    expected: 'stock-reserved or stock-failed for every payment-success',
    cause:
      'Inventory does not get to work: not subscribed to payment-success, the service ended, or it asks for an order that it has never seen.',
    next: 'start the inventory service and watch its output; lab tail payment-success stock-reserved stock-failed',
    late: true,
    dead: true,
  },
  'stock.unanswered': {
    expected: 'stock-reserved or stock-failed for every payment-success',
    cause: 'Some orders get no answer: an error for one of them, or one that is not sent.',
    next: 'lab tail stock-reserved stock-failed',
    late: true,
  },
  'stock.oversold': {
    expected: '60 of 100 orders reserved where there are 60 units',
    cause: 'Two orders look at the stock before either has taken its units; or the units are never taken off.',
    next: 'take the units off in the same step in which you look, without waiting in between',
  },
  'stock.undersold': {
    expected: '60 of 100 orders reserved where there are 60 units',
    cause: 'STOCK is not read, or more units are taken off than were ordered.',
    next: 'read STOCK at the start; take off the quantity of the order',
  },
  'stock.both-outcomes': {
    expected: 'one answer for each order: stock-reserved or stock-failed',
    cause: 'The path of the failure goes on into the path of the success, or an order is worked on twice.',
    next: 'return after stock-failed',
  },
  'stock.reason-missing': {
    expected: 'data.reason in stock-failed, in words of your own',
    cause: 'The event does not say why.',
    next: 'add reason to data of stock-failed',
  },
  'stock.email-for-failed': {
    expected: 'no "Email Sent" for an order whose stock failed',
    cause: 'Notification listens to a topic that comes too early, such as payment-success.',
    next: 'send the e-mail on stock-reserved only',
  },
  'mail.blocked': {
    expected: 'orders to reach stock-reserved while notification is down',
    cause: 'A service waits for notification, or calls it directly. Events are there so that nobody has to wait.',
    next: 'remove the direct call',
    late: true,
  },
  'mail.lost': {
    expected: 'every e-mail to be sent once notification is back',
    cause:
      'Notification does not go on where it stopped: another group id at each start, fromBeginning missing at the first start, or offsets committed before the work.',
    next: 'keep the group id notification-group and subscribe with fromBeginning: true',
    late: true,
  },
  'mail.twice': {
    expected: 'each e-mail once',
    cause: 'The offsets were not committed, or not under the same group: after a restart the old events come again.',
    next: 'keep the group id notification-group, and commit after the e-mail',
  },
} as const

export const fail = failWith(diagnoses)
