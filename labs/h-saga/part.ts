import type { Lesson } from '../lesson.ts'

export const lesson: Lesson = {
  letter: 'H',
  folder: 'h-saga',
  title: 'The saga: undo what was done',
  minutes: 35,
  aim: 'Every order ends: confirmed, or cancelled with everything undone that had been done for it.',
  viva: ['saga'],
  files: ['order/saga.ts', 'payment/compensate.ts'],
  hints: [
    {
      check: 'H1',
      question: 'The payment is declined. Who must hear of it, and who must not?',
      pointer: '`decline` in payment/compensate.ts, `cancel` in order/saga.ts. Inventory reads payment-success only.',
      nearAnswer:
        'decline sends payment-failed with a reason; cancel sends order-cancelled, then sets the status CANCELLED.',
    },
    {
      check: 'H2',
      question: 'The order is paid and the shelf is empty. Which two steps must be taken back?',
      pointer:
        '`refund` answers stock-failed with payment-refunded. `cancel` answers it with order-cancelled. Each once.',
      nearAnswer:
        "consume('payment-group', { …, 'stock-failed': refund }) and consume('order-group', { …, 'stock-failed': cancel })",
    },
    {
      check: 'H3',
      question: 'When is an order CONFIRMED: when it is paid, or when it is reserved?',
      pointer: '`confirm` answers stock-reserved. The route answers 404 for an id that is not in the map.',
      nearAnswer:
        "orders.set(data.orderId, { orderId: data.orderId, status: 'CONFIRMED' }); response.status(404).json({ error: … })",
    },
    {
      check: 'H4',
      question: 'Take one order that is stuck. Which event is its last one, and who should have answered it?',
      pointer:
        'Write down the three ways that an order can go. Each way has one end. Look which one your order leaves.',
      nearAnswer:
        'payment-failed → cancel. stock-failed → refund and cancel. stock-reserved → confirm. Nothing else changes the status.',
    },
  ],
  quiz: [
    {
      ask: 'What is a saga?',
      options: [
        'One transaction over all databases',
        'A chain of local steps; when one fails, the steps before it are undone by compensating actions',
        'A log of all errors',
        'A retry with growing pauses',
      ],
      answer: 1,
      why: 'No database knows all services. Each does its step alone and tells the others; undoing is a step as well.',
    },
    {
      ask: 'Our shop has no service that gives orders to the others. What is this kind of saga called?',
      options: ['Orchestration', 'Choreography', 'Replication', 'Two-phase commit'],
      answer: 1,
      why: 'Each service listens and knows its own step. In an orchestration one service tells the others what to do next.',
    },
    {
      ask: 'Why is a refund an event of its own, and the payment not just deleted?',
      options: [
        'Kafka cannot delete',
        'The payment has happened and others have seen it; undoing it is a new fact',
        'It is faster',
        'Because of the key',
      ],
      answer: 1,
      why: 'In the real world, too: the customer sees a payment and a refund on the account, and not nothing.',
    },
    {
      ask: 'Which events does an order have that was paid but is out of stock?',
      options: [
        'order-created, payment-success, stock-failed, payment-refunded, order-cancelled',
        'order-created, payment-failed, order-cancelled',
        'order-created, stock-failed, order-cancelled',
        'order-created, payment-success, stock-reserved, order-cancelled',
      ],
      answer: 0,
      why: 'Three steps forward, of which the last one fails; then one compensation for the payment and one for the order.',
    },
    {
      ask: 'stock-failed is delivered twice. What must be true?',
      options: [
        'The customer gets two refunds',
        'The refund is sent once, because the service remembers what it has done',
        'Kafka prevents it',
        'The order is confirmed',
      ],
      answer: 1,
      why: 'Delivery is at least once. Compensations move money, so they must be idempotent: doing it twice is like doing it once.',
    },
    {
      ask: 'stock-failed comes for three orders, for one of them twice. What does this print?',
      code: "const done = new Set()\nlet refunds = 0\nfor (const id of ['o-1', 'o-2', 'o-1', 'o-3']) {\n  if (!done.has(id)) refunds += 1\n  done.add(id)\n}\nconsole.log(refunds)",
      options: ['4', '2', '1', '3'],
      answer: 3,
      why: 'The service remembers what it has refunded. In memory only until it is started again: that is why a real one keeps it in its database.',
    },
  ],
}
