import type { Lesson } from '../lesson.ts'

export const lesson: Lesson = {
  letter: 'E',
  folder: 'e-order',
  title: 'The order service: from HTTP to an event',
  minutes: 35,
  aim: 'A customer can post an order, gets its id, and the shop hears of it by an event.',
  viva: [],
  files: ['order/orders.ts'],
  hints: [
    {
      check: 'E1',
      question: 'Who makes the order id: the customer or the shop?',
      pointer: 'order/orders.ts: make the id, make the event, send it, then answer with status 202.',
      nearAnswer:
        "response.status(202).json({ orderId, status: 'PENDING' }) after await send(event), and console.log('Order Created', orderId).",
    },
    {
      check: 'E2',
      question: 'Which fields of the body go into the event, and which does the shop ignore?',
      pointer: 'Take userId, productId, quantity and amount by name. An orderId in the body is not yours.',
      nearAnswer: "createEvent('order-created', { orderId: randomUUID(), userId, productId, quantity, amount })",
    },
    {
      check: 'E3',
      question: 'What is request.body when the client sends nothing? And when it sends a list?',
      pointer:
        'createEvent checks before anything is sent, and its error has a status. express.json refuses what is broken or too long.',
      nearAnswer:
        'const { userId, productId, quantity, amount } = request.body ?? {}; no field, no order: createEvent throws, answerError answers.',
    },
  ],
  quiz: [
    {
      ask: 'Why 202 and not 200?',
      options: [
        '202 means "accepted": the order is noted, the rest happens later',
        '202 is faster',
        '200 is for GET only',
        'Kafka asks for it',
      ],
      answer: 0,
      why: 'When we answer, nothing is paid and nothing is reserved. Both codes are allowed; 202 says what is true.',
    },
    {
      ask: 'The service answers the customer first and sends the event afterwards. Kafka is down. What happens?',
      options: [
        'The customer has an order id for an order that nobody will ever hear of',
        'The customer gets an error',
        'Kafka delivers it later',
        'The order is cancelled',
      ],
      answer: 0,
      why: 'First store, then promise. If the send fails, the customer gets an error and can try again.',
    },
    {
      ask: 'The service checks the quantity after it has sent the event. What is wrong?',
      options: [
        'Nothing, the customer gets 400',
        'An invalid order is in Kafka, and payment will read it',
        'express does not allow it',
        'The offset is wrong',
      ],
      answer: 1,
      why: 'What is in the log stays in the log. Check first, publish then.',
    },
    {
      ask: 'Which answer does a client get for this body?',
      code: '{"orderId":"mine","productId":201,"quantity":1,"amount":5}',
      options: ['400: orderId is not allowed', '202 with the id "mine"', '202 with a new id; "mine" is ignored', '500'],
      answer: 2,
      why: 'The shop names its orders. Else two customers could choose the same id.',
    },
  ],
}
