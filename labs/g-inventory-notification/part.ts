import type { Lesson } from '../lesson.ts'

export const lesson: Lesson = {
  letter: 'G',
  folder: 'g-inventory-notification',
  title: 'Inventory and notification: the chain is closed',
  minutes: 40,
  aim: 'One posted order flows through all four services, and nothing is sold that is not there.',
  viva: ['offset'],
  files: ['inventory/stock.ts', 'notification/main.ts'],
  hints: [
    {
      check: 'G1',
      question: 'Which topic does each service read, and which does it write?',
      pointer: 'payment-success → inventory → stock-reserved → notification. The e-mail line needs the order id.',
      nearAnswer: "await send(createEvent('stock-reserved', payment.data)); console.log('Email Sent', data.orderId)",
    },
    {
      check: 'G2',
      question: 'How many units are left when two orders look at the shelf at the same moment?',
      pointer:
        'STOCK is read once, at the start. Take the units off in the same place where you look, for each product id as text.',
      nearAnswer:
        'if (quantity > left) send stock-failed with a reason and return; else send stock-reserved and stock.set(String(productId), left - quantity)',
    },
    {
      check: 'G3',
      question: 'Where are the e-mails for orders that came while notification was down?',
      pointer: 'In the topic. The committed offset of notification-group says where to go on.',
      nearAnswer:
        'Use consume() from part F: fromBeginning and a commit after each message do it. Print each line once.',
    },
    {
      check: 'G4',
      question: 'Which id stays the same on all hops, and which is new on each hop?',
      pointer: 'createEvent makes the eventId. toMessage takes the key from data.orderId.',
      nearAnswer: 'Always createEvent(type, event.data); never send the event that you have read under another topic.',
    },
  ],
  quiz: [
    {
      ask: 'What is an offset?',
      options: [
        'The number of a message in its partition, which never changes',
        'The number of unread messages',
        'The time of a message',
        'The number of a partition',
      ],
      answer: 0,
      why: 'A group commits the offset of the next message that it wants. That is all that Kafka remembers about a reader.',
    },
    {
      ask: 'Notification was down for an hour. Orders went on. What happens when it starts?',
      options: [
        'The e-mails of this hour are lost',
        'Inventory sends its events again',
        'It reads on from its committed offset and sends them all',
        'It sends all e-mails since the beginning',
      ],
      answer: 2,
      why: 'The events wait in the log, and the group knows how far it was. Nobody else had to know that it was down.',
    },
    {
      ask: 'The committed offset of a partition is 5 and the last message has offset 7. How large is the lag?',
      options: ['2', '3', '5', '7'],
      answer: 1,
      why: '5 is the next message to read. So 5, 6 and 7 are waiting: three messages.',
    },
    {
      ask: 'Two instances of this inventory run, each with STOCK={"201":100}. How many units can be sold?',
      options: ['100', '50', 'Up to 200', 'None'],
      answer: 2,
      why: 'Each has its own shelf in its memory. A real inventory keeps the stock in one database, or gives all orders of a product to one partition.',
    },
    {
      ask: 'What does stock-failed need that stock-reserved does not?',
      options: ['Another key', 'A reason', 'The e-mail address', 'A new order id'],
      answer: 1,
      why: 'Somebody has to explain it to the customer. The service that knows why must say so.',
    },
    {
      ask: 'One unit is on the shelf. What does this print?',
      code: "let left = 1\nlet sold = 0\nasync function reserve() {\n  const seen = left\n  await null\n  if (seen < 1) return\n  left = seen - 1\n  sold += 1\n}\nawait Promise.all([reserve(), reserve()])\nconsole.log('sold', sold, 'left', left)",
      options: ['sold 1 left 0', 'sold 2 left 0', 'sold 2 left -1', 'sold 0 left 1'],
      answer: 1,
      why: 'Both look at the shelf before one of them takes the unit. The shelf even looks right: only the number of sales tells. One message at a time is safe.',
    },
  ],
}
