import type { Lesson } from '../lesson.ts'

export const lesson: Lesson = {
  letter: 'D',
  folder: 'd-producer',
  title: 'The producer: a key, a partition, an acknowledgement',
  minutes: 45,
  aim: 'Your events are stored in Kafka, all of them, each once, and the events of an order stay in order.',
  viva: ['partition'],
  files: ['kafka/producer.ts', 'shared/publish.ts'],
  hints: [
    {
      check: 'D1',
      question: 'A Kafka message has a key and a value. What do you put in each?',
      pointer: '`toMessage` in kafka/producer.ts. The value is text: the event as JSON.',
      nearAnswer: 'return { key: event.data.orderId, value: JSON.stringify(event) }',
    },
    {
      check: 'D2',
      question: 'Who decides into which partition a message goes?',
      pointer: 'The partitioner takes a hash of the key. One send after the other keeps the order.',
      nearAnswer: 'Use the order id as key and set no partition. Wait for each sendBatch before the next one.',
    },
    {
      check: 'D3',
      question: 'When may the program end: when it has called send, or when Kafka has answered?',
      pointer: '`await`. And one request can carry many messages: producer.sendBatch.',
      nearAnswer:
        'await producer.sendBatch({ topicMessages: batch, acks: -1 }), also for the rest after the last line.',
    },
    {
      check: 'D4',
      question: 'Which exit code does your program have when Kafka is not there?',
      pointer: 'The error of connect or send must reach the catch block at the end of shared/publish.ts.',
      nearAnswer: 'Do not catch errors inside flush. In the outer catch: print the address, set process.exitCode = 1.',
    },
  ],
  quiz: [
    {
      ask: 'What is a partition?',
      options: [
        'A copy of a topic for safety',
        'A part of a topic: a log of its own, in which the order of messages is kept',
        'A folder for each consumer',
        'A topic with fewer rights',
      ],
      answer: 1,
      why: 'Order is promised inside a partition, not over the whole topic. More partitions mean that more consumers can share the work.',
    },
    {
      ask: 'All messages are sent without a key. What gets lost?',
      options: ['The messages', 'The order of the events of one order', 'The values', 'Nothing'],
      answer: 1,
      why: 'Without a key messages are spread over the partitions, and the events of one order are read side by side, in any order.',
    },
    {
      ask: 'What is wrong here?',
      code: 'for (const event of events) producer.send({ topic, messages: [toMessage(event)] })\nawait producer.disconnect()',
      options: [
        'Nothing',
        'The sends are not awaited: the program may disconnect before they are stored, and errors go unnoticed',
        'disconnect must come first',
        'send takes one message only',
      ],
      answer: 1,
      why: 'A promise that nobody waits for is a promise that nobody keeps. Also the order could change between two sends under way.',
    },
    {
      ask: 'A send fails because no answer came in time. Was the message stored?',
      options: [
        'No, certainly not',
        'Yes, certainly',
        'Nobody knows: perhaps only the answer got lost',
        'Only when acks is 0',
      ],
      answer: 2,
      why: 'So the client sends again, and the message may be there twice. This is why readers must accept repetitions (part F).',
    },
    {
      ask: 'A topic has 3 partitions. You raise the number to 6. What happens with the key "o-1"?',
      options: [
        'It stays in its partition',
        'New messages with this key may go to another partition than the old ones',
        'The old messages move',
        'The key becomes invalid',
      ],
      answer: 1,
      why: 'The partition is hash(key) modulo the number of partitions. With another number the old order is cut in two. Choose the number early.',
    },
  ],
}
