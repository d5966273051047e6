import type { Topology } from '../../hub/protocol.ts'
import type { Scene } from './scene.ts'
import { WHOLE_SCENES } from './whole-scenes.ts'

/** From a shop where all is well to one where everything has gone wrong once. */
export const SCENES: readonly Scene[] = [
  {
    id: 'happy-path',
    title: 'An order gets through',
    question:
      'Four services, none of which calls another. How does the mail service learn that an order is paid for and in stock?',
    choices: [
      'The order service calls it at the end.',
      'It asks the database every second.',
      'It reads the event stock-reserved.',
    ],
    right: 2,
    first: {
      button: 'Place one order',
      acts: [{ kind: 'order', count: 1 }],
      look: 'Follow the dot: service, topic, next service.',
    },
    inWhole: {
      question:
        'Many services, none of which calls another. How does the mail service learn that an order is paid for and shipped?',
      choices: [
        'The order service calls it at the end.',
        'It asks the database every second.',
        'It reads the event order.order.completed.',
      ],
    },
    watch: ['confirmed', 'running', 'critical'],
    why: 'Each service does its own part, says what happened, and is done. Whoever is interested reads that. The order service knows neither who reserves nor who mails.',
  },
  {
    id: 'declined',
    title: 'The payment is declined',
    question: 'The bank says no to every card. What becomes of the order, and of the stock?',
    choices: [
      'The order is cancelled; stock was never touched.',
      'The order is cancelled; stock is put back.',
      'The order waits until the bank says yes.',
    ],
    right: 0,
    first: {
      button: 'Decline payments, place three orders',
      acts: [
        { kind: 'break', fault: 'decline', settings: { percent: 100 }, seconds: 30 },
        { kind: 'order', count: 3 },
      ],
      look: 'payment-failed (◆) goes straight back to order; inventory never hears of it.',
    },
    watch: ['cancelled', 'confirmed', 'deadLetters'],
    why: 'Payment comes before stock, so there is nothing to undo. A refusal is an answer, not a fault: it is published once and not tried again.',
  },
  {
    id: 'no-stock',
    title: 'Paid, but out of stock',
    question:
      'The customer has paid, then the shelf turns out to be empty. No transaction spans both databases. Who gives the money back?',
    choices: [
      'The database rolls the payment back.',
      'Inventory calls payment.',
      'Payment does, when it reads stock-failed.',
    ],
    right: 2,
    first: {
      button: 'Empty the shelf, place three orders',
      acts: [
        { kind: 'break', fault: 'out-of-stock', seconds: 30 },
        { kind: 'order', count: 3 },
      ],
      look: 'The way back (◀): stock-failed, then payment-refunded, then order-cancelled.',
    },
    watch: ['cancelled', 'confirmed', 'critical'],
    why: 'A committed payment cannot be rolled back, only made good by another transaction. That is a compensation, and each service brings its own.',
  },
  {
    id: 'mail-down',
    title: 'The mail service is down',
    question: 'The mail service is off for 15 seconds while orders come in. What do customers notice?',
    choices: ['Orders fail.', 'Orders are slower.', 'Only that the mail comes later.'],
    right: 2,
    first: {
      button: 'Stop the mail service, place ten orders',
      acts: [
        { kind: 'break', fault: 'pause', settings: { service: 'notification' }, seconds: 15 },
        { kind: 'order', count: 10 },
      ],
      look: 'A pile grows in front of notification; then it comes back and the pile is gone.',
    },
    watch: ['confirmed', 'lag', 'deadLetters'],
    why: 'Kafka keeps events whether or not anybody reads them, and remembers how far each group has read. A service that was away goes on where it stopped.',
  },
  {
    id: 'slow-consumer',
    title: 'A slow service, then three of it',
    question:
      'Payment takes half a second for each order, and five orders come in each second. Does it help to start it three times?',
    choices: [
      'No: they would pay everything three times.',
      'Yes: they share the partitions.',
      'Only with a faster database.',
    ],
    right: 1,
    first: {
      button: 'Make payment slow, 5 orders a second',
      acts: [
        { kind: 'scale', service: 'payment', instances: 1 },
        { kind: 'break', fault: 'slow', settings: { service: 'payment', ms: 500 }, seconds: 90 },
        { kind: 'order', count: 50, ratePerS: 5 },
      ],
      look: 'The pile in front of payment: it gets five in and two out each second.',
    },
    second: {
      button: 'Run three payment services',
      acts: [{ kind: 'scale', service: 'payment', instances: 3 }],
      look: 'Open the service: each instance has partitions of its own.',
    },
    watch: ['lag', 'critical', 'confirmed'],
    why: 'Within a group each partition is read by one member. Three members share three partitions; a fourth would have nothing to do. Events of one order stay in one partition, so their order holds.',
  },
  {
    id: 'poison',
    title: 'A message that nobody can read',
    question:
      'Somebody publishes half a JSON document into order-created, and good orders come right behind it. What happens to those?',
    choices: [
      'They wait behind it for ever.',
      'They get through; the bad one is put aside.',
      'The service crashes again and again.',
    ],
    right: 1,
    first: {
      button: 'Publish it, then three good orders',
      acts: [
        { kind: 'break', fault: 'poison', settings: { topic: 'order-created', kind: 'bad-json', count: 1 } },
        { kind: 'order', count: 3 },
      ],
      look: 'The hatched way to the dead letters, while good orders pass.',
    },
    watch: ['deadLetters', 'confirmed', 'retries'],
    why: 'What can never work must not block what can. It goes to a topic of its own with the reason, where a person reads it, mends a copy, and replays it.',
  },
  {
    id: 'duplicate',
    title: 'The same event twice',
    question:
      'Kafka delivers at least once. Five events that confirm orders arrive a second time. How many mails go out?',
    choices: [
      'Five: the second delivery is recognised.',
      'Ten: one for each delivery.',
      'None: duplicates are errors.',
    ],
    right: 0,
    first: {
      button: 'Five orders, then deliver them twice',
      acts: [
        { kind: 'order', count: 5 },
        { kind: 'wait' },
        { kind: 'break', fault: 'duplicate', settings: { topic: 'stock-reserved', last: 5, how: 'republish' } },
      ],
      look: 'Doubled dots (◎). Open one: ignored, already handled.',
    },
    second: {
      button: 'Now without the inbox',
      acts: [
        { kind: 'break', fault: 'no-inbox', settings: { service: 'notification' }, seconds: 60 },
        { kind: 'order', count: 5 },
        { kind: 'wait' },
        { kind: 'break', fault: 'duplicate', settings: { topic: 'stock-reserved', last: 5, how: 'republish' } },
      ],
      look: "The mail service's log: each of these customers gets two mails.",
    },
    inWhole: {
      first: {
        button: 'Five orders, then deliver them twice',
        acts: [
          { kind: 'order', count: 5 },
          { kind: 'wait' },
          { kind: 'break', fault: 'duplicate', settings: { topic: 'order.order.completed', last: 5 } },
        ],
        look: 'Doubled dots (◎). Open one: ignored, already handled.',
      },
      second: {
        button: 'Now without the inbox',
        acts: [
          { kind: 'break', fault: 'no-inbox', settings: { service: 'notification' }, seconds: 60 },
          { kind: 'order', count: 5 },
          { kind: 'wait' },
          { kind: 'break', fault: 'duplicate', settings: { topic: 'order.order.completed', last: 5 } },
        ],
        look: "The mail service's log: each of these customers gets two mails.",
      },
    },
    watch: ['mailed', 'ignored', 'duplicates'],
    why: 'The inbox notes the id of each event in the same transaction as its effect. The second time, the id is there, and nothing happens. Exactly once is at least once, and noticing.',
  },
  {
    id: 'crash',
    title: 'A crash between commit and publish',
    question:
      'Payment has taken the money and committed. Before it can publish payment-success, the machine loses power. What of the order?',
    choices: ['It hangs for ever.', 'It goes on once payment is back.', 'The customer pays twice.'],
    right: 1,
    first: {
      button: 'Crash there, place an order',
      acts: [
        {
          kind: 'break',
          fault: 'crash',
          settings: { service: 'payment', point: 'tx.after-commit/before-ack' },
          seconds: 60,
        },
        { kind: 'order', count: 1 },
        // The other half is the same crash: this one has to be over before.
        { kind: 'wait' },
      ],
      look: 'payment goes down and comes back; then its event appears.',
    },
    second: {
      button: 'The same without the outbox',
      acts: [
        { kind: 'break', fault: 'no-outbox', settings: { service: 'payment' }, seconds: 60 },
        {
          kind: 'break',
          fault: 'crash',
          settings: { service: 'payment', point: 'tx.after-commit/before-ack' },
          seconds: 60,
        },
        { kind: 'order', count: 1 },
      ],
      look: 'This order has been paid for, and nobody will ever hear of it.',
    },
    watch: ['confirmed', 'running', 'stuck', 'outbox'],
    why: 'The outbox writes the event into the same transaction as the payment. After the crash the row is still there and is sent. Without it, the event lived in memory alone.',
  },
  {
    id: 'broker-frozen',
    title: 'Kafka does not answer',
    question: 'The broker freezes for 15 seconds. Can customers still order?',
    choices: [
      'No: the shop needs Kafka for everything.',
      'Yes: orders wait in the outbox.',
      'Yes, but these orders are lost.',
    ],
    right: 1,
    first: {
      button: 'Freeze Kafka, place ten orders',
      acts: [
        { kind: 'break', fault: 'broker-freeze', seconds: 15 },
        { kind: 'order', count: 10 },
      ],
      look: 'The outbox at order grows while nothing moves; then it drains.',
    },
    watch: ['outbox', 'confirmed', 'lag', 'deadLetters'],
    why: 'An order is taken by one transaction in one database; publishing comes later. The outbox turns an outage of the broker into a delay.',
  },
  {
    id: 'replay',
    title: 'Read it all again',
    question:
      'We set the mail service back to the very first event. Thousands of old events come again. Does everybody get their mail again?',
    choices: ['Yes, all of them.', 'No: it knows what it has handled.', 'Kafka has deleted what was read.'],
    right: 1,
    first: {
      button: 'Rewind the mail service',
      acts: [{ kind: 'rewind', service: 'notification', topic: 'stock-reserved' }],
      look: 'The pile jumps up and is gone in a moment.',
    },
    inWhole: {
      first: {
        button: 'Rewind the mail service',
        acts: [{ kind: 'rewind', service: 'notification', topic: 'order.order.completed' }],
        look: 'The pile jumps up and is gone in a moment.',
      },
    },
    watch: ['lag', 'ignored', 'mailed'],
    why: 'A log is not a queue: reading takes nothing out. So a new service can read from the start, and one that had a bug can read again; the inbox keeps the effects single.',
  },
]

type Can = NonNullable<Topology['can']>

/** The lessons that a shop with these services can give. */
export function scenesFor(services: readonly string[], can: Can = { scale: true, rewind: true }): readonly Scene[] {
  const whole = WHOLE_SCENES.filter(({ needs }) => needs === undefined || services.includes(needs))
  const all = whole.length === 0 ? SCENES : [...SCENES.map((scene) => ({ ...scene, ...scene.inWhole })), ...whole]
  return all.filter((scene) => isPossible(scene, can))
}

function isPossible({ first, second }: Scene, can: Can): boolean {
  const kinds = [...first.acts, ...(second?.acts ?? [])].map(({ kind }) => kind)
  return (can.scale || !kinds.includes('scale')) && (can.rewind || !kinds.includes('rewind'))
}
