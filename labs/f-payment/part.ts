import type { Lesson } from '../lesson.ts'

export const lesson: Lesson = {
  letter: 'F',
  folder: 'f-payment',
  title: 'Payment: a consumer that loses nothing',
  minutes: 60,
  aim: 'Each order is paid once, also after a restart, a crash or a message that is no order.',
  viva: ['consumer group', 'DLQ'],
  files: ['kafka/consumer.ts', 'payment/pay.ts'],
  hints: [
    {
      check: 'F1',
      question: 'Which group reads which topic, and what does payment tell the shop?',
      pointer:
        'payment/pay.ts makes payment-success from the data of the order, with createEvent, so the eventId is new.',
      nearAnswer:
        "await send(createEvent('payment-success', order.data)), between the lines Payment Processing and Payment Done.",
    },
    {
      check: 'F2',
      question: 'Is your send awaited before the next message is read?',
      pointer: 'eachMessage is an async function: kafkajs waits for it. Does everything inside it wait, too?',
      nearAnswer: 'await handlers[topic](event), and a Set of what is done already, by topic and order id.',
    },
    {
      check: 'F3',
      question: 'Where does a group start to read that has never committed an offset?',
      pointer:
        '`fromBeginning` in subscribe decides the first start. The committed offset decides every other start; so the group id must stay the same.',
      nearAnswer:
        'consumer.subscribe({ topics, fromBeginning: true }), groupId payment-group, commit after each message.',
    },
    {
      check: 'F4',
      question: 'What does JSON.parse do with "hello"? And what does kafkajs do with the error?',
      pointer:
        '`readEvent` in kafka/consumer.ts: catch the error there. A message without an order is reported, and its offset is committed.',
      nearAnswer:
        'try { const event = JSON.parse(String(value)); checkOrder(event?.data); return event } catch { return undefined }',
    },
    {
      check: 'F5',
      question: 'A process is killed between the payment and the commit. What does the next owner of the partition do?',
      pointer: 'Commit often, and only after the work. A short sessionTimeout lets the others take over soon.',
      nearAnswer:
        'autoCommit: false, and after the handler: commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }])',
    },
  ],
  quiz: [
    {
      ask: 'What is a consumer group?',
      options: [
        'Consumers that all get every message',
        'Consumers that share the partitions of a topic: each partition is read by one of them',
        'A list of topics',
        'Consumers on the same machine',
      ],
      answer: 1,
      why: 'Inside a group the work is shared. Two groups each get everything: payment and analytics do not disturb each other.',
    },
    {
      ask: 'A topic has 3 partitions, the group has 4 members. What does the fourth do?',
      options: [
        'It reads all messages again',
        'It waits: there is no partition left',
        'It gets an error',
        'Kafka adds a partition',
      ],
      answer: 1,
      why: 'A partition has at most one reader in a group. The fourth takes over when another one goes away.',
    },
    {
      ask: 'Offset 7 is committed before the order is paid. Then the process dies. What happens to the order?',
      options: ['It is paid after the restart', 'It is paid twice', 'It is never paid', 'Kafka notices and rolls back'],
      answer: 2,
      why: 'The group says: "I have done this". The next start begins behind it. First the work, then the commit.',
    },
    {
      ask: 'What does a new process with this line read after a restart?',
      code: 'const consumer = kafka.consumer({ groupId: "payment-" + randomUUID() })\nawait consumer.subscribe({ topics, fromBeginning: true })',
      options: [
        'Only new orders',
        'All orders from the first one: everything is paid again',
        'Nothing',
        'What the old process left over',
      ],
      answer: 1,
      why: 'Committed offsets belong to the group. A new name is a new group that has never read anything.',
    },
    {
      ask: 'What is a DLQ (dead letter queue) for?',
      options: [
        'It keeps messages that cannot be processed, so that the others go on and a person can look at them',
        'It deletes old messages',
        'It is faster than a topic',
        'It holds messages for services that are down',
      ],
      answer: 0,
      why: 'Our payment skips a poison message and prints a line. A shop that must lose nothing writes it to order-created-dlq, with topic, partition, offset and reason.',
    },
  ],
}
