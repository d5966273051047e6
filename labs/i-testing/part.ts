import type { Lesson } from '../lesson.ts'

export const lesson: Lesson = {
  letter: 'I',
  folder: 'i-testing',
  title: 'Tests that find a broken shop',
  minutes: 25,
  aim: 'Your tests pass on a shop that is right and fail on each of seven shops that are broken.',
  viva: [],
  files: ['tests/order-flow.test.ts'],
  hints: [
    {
      check: 'I1',
      question: 'Does your test pass twice running, on a shop whose stock gets smaller and whose topics are not empty?',
      pointer: 'Look only at orders that the test itself has posted. Wait for conditions with `until`, do not sleep.',
      nearAnswer: 'Post the orders in `before`, keep their ids, and ask `log.of(orderId, type)` for these ids only.',
    },
    {
      check: 'I2',
      question:
        'Half of the payments are declined. How do you make sure that your test sees every way an order can go?',
      pointer:
        'Post many orders of a product that is there and many of one that never is. Test each way: events, amount, status, refund, e-mail, and what must not happen.',
      nearAnswer:
        'For declined orders: CANCELLED, order-cancelled, and after 2 s still no stock-reserved. For paid ones without stock: payment-refunded. For reserved ones: an Email Sent line in NOTIFICATION_LOG.',
    },
  ],
  quiz: [
    {
      ask: 'What is wrong with this test?',
      code: 'const id = await post(201)\nawait setTimeout(3000)\nassert.equal(await status(id), "CONFIRMED")',
      options: [
        'Nothing',
        'It waits too long on a fast machine and too short on a slow one, and it forgets that the payment can be declined',
        'status must be called first',
        'post must not be awaited',
      ],
      answer: 1,
      why: 'Wait for a condition with a deadline. Then the test is as fast as the shop, and as patient as needed.',
    },
    {
      ask: 'A test passes on your shop. Is it a good test?',
      options: [
        'Yes',
        'Not known: it must also fail on a shop that is broken',
        'Yes, if it is fast',
        'No test of four services is good',
      ],
      answer: 1,
      why: 'A test that cannot fail tells you nothing. Break your shop on purpose and look.',
    },
    {
      ask: 'How can a test show that something does NOT happen?',
      options: [
        'It cannot',
        'It waits for what happens last in the story, or for a while, and then looks',
        'By reading the source code',
        'By stopping the service',
      ],
      answer: 1,
      why: 'There is no event for "nothing". Choose a moment when it would have happened long ago.',
    },
    {
      ask: 'Why does the test read the topics with a group id of its own?',
      options: [
        'In the group of a service it would take messages away from the service',
        'Kafka forbids it otherwise',
        'It is faster',
        'So that the offsets are deleted',
      ],
      answer: 0,
      why: 'Inside a group partitions are shared. With payment-group the test would get some orders and payment the others.',
    },
  ],
}
