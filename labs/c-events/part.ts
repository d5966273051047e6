import type { Lesson } from '../lesson.ts'

export const lesson: Lesson = {
  letter: 'C',
  folder: 'c-events',
  title: 'The event, and what must not become one',
  minutes: 40,
  aim: 'You can put an order into an event with a complete envelope, and refuse what is no order.',
  viva: [],
  files: ['shared/events.ts', 'shared/create-event.ts'],
  hints: [
    {
      check: 'C1',
      question: 'Which four fields does every event have? Which of them do you make, and which are given?',
      pointer:
        '`createEvent` in shared/events.ts. `data` goes in and comes out as it is, also fields that you do not know.',
      nearAnswer: 'return { eventId: randomUUID(), eventType, timestamp: new Date().toISOString(), data }',
    },
    {
      check: 'C2',
      question: 'When is the id made: once for the program, or once for each event?',
      pointer: '`randomUUID` from node:crypto; `toISOString` of a new Date is UTC and ends with Z.',
      nearAnswer: 'Call randomUUID() and new Date() inside createEvent, not at the top of the file.',
    },
    {
      check: 'C3',
      question: 'What is typeof NaN? What does Number("2") say about the text "2"?',
      pointer:
        'Check the type first, then the value. In create-event.ts one try/catch for each line keeps the good lines alive.',
      nearAnswer:
        "if (!Number.isInteger(quantity) || Number(quantity) < 1) throw new InvalidOrder('quantity must be …'); in catch: print the line number and set process.exitCode = 1.",
    },
  ],
  quiz: [
    {
      ask: 'What is the difference between the orderId and the eventId?',
      options: [
        'None, they are the same',
        'One order has many events: each has an eventId of its own, all have the same orderId',
        'The eventId is the offset',
        'The orderId is made by Kafka',
      ],
      answer: 1,
      why: 'With the eventId a reader sees that it got the same event twice. With the orderId it sees which order it is about.',
    },
    {
      ask: 'Why are events named in the past, such as order-created?',
      options: [
        'Because Kafka needs a verb',
        'Because they say what has happened and cannot be refused any more',
        'Because they are old when they are read',
        'It is a custom without meaning',
      ],
      answer: 1,
      why: 'A command ("create an order") can be refused. An event is a fact. Who does not like a fact answers with another fact, such as order-cancelled.',
    },
    {
      ask: 'What does this print?',
      code: "console.log(typeof NaN, Number.isInteger('2'), Number('') >= 0)",
      options: ['number false true', 'NaN true false', 'undefined false false', 'number true true'],
      answer: 0,
      why: 'NaN is of type number, and an empty text becomes 0. That is why a check needs typeof and Number.isInteger, and no conversion.',
    },
    {
      ask: 'A reader meets a field in `data` that it does not know. What should it do?',
      options: ['Throw an error', 'Delete the field', 'Leave it alone and pass it on', 'Ask the sender'],
      answer: 2,
      why: 'So a sender can add a field without breaking all readers on the same day.',
    },
  ],
}
