import type { Lesson } from '../lesson.ts'

export const lesson: Lesson = {
  letter: 'Q',
  folder: 'q-topic-design',
  title: 'Design the topics of a larger shop',
  minutes: 90,
  aim: 'A design on paper that was tried on a real broker: topics, schemas, flows, and how it is run.',
  viva: [],
  files: [
    'design/topics.yml',
    'design/events.yml',
    'design/flows.yml',
    'design/consistency.yml',
    'design/operations.yml',
  ],
  hints: [
    {
      check: 'Q1',
      question: 'Take one order by the hand. Who has to hear of each step, so that it can do the next one?',
      pointer:
        'Go through the table of facts line by line: one topic, its writer, and a group for each of its readers.',
      nearAnswer:
        'OrderPlaced is written by order to order.order.placed; group inventory-group of service inventory reads it. A topic of the convention service.entity.action begins with its producer.',
    },
    {
      check: 'Q2',
      question: 'How many records a second does one reader handle, and how many come in?',
      pointer: 'A topic that several services read must be wide enough for the slowest of them.',
      nearAnswer:
        'StockReserved: 500 a second come in, payment handles 50, order 400. The slowest is 50. 500 × 2 ÷ 50 = 20 partitions.',
    },
    {
      check: 'Q3',
      question: 'The order of which events must not change?',
      pointer: 'Same key, same partition. Which field is the same in all events of one order?',
      nearAnswer: 'key: orderId. The customer would do as well, but see what Q9 says about the wholesaler.',
    },
    {
      check: 'Q4',
      question: 'One broker dies, and one service sleeps over a long weekend. What is lost?',
      pointer: 'replicationFactor and minInsyncReplicas work together with acks. Retention is counted in hours.',
      nearAnswer:
        'replicationFactor: 3, minInsyncReplicas: 2, acks: all; retentionHours from 96 to 720, dead letters from 336 to 720.',
    },
    {
      check: 'Q5',
      question: 'Payment cannot read a record, order could. Where does it go, and who knows that it was payment?',
      pointer:
        'Count the pairs of topic and group: each needs its dead letters. What must somebody know who opens one?',
      nearAnswer:
        '{ name: inventory.stock.reserved-payment-dlt, topic: inventory.stock.reserved, group: payment-group, … }; headers with error, topic, partition, offset, group.',
    },
    {
      check: 'Q6',
      question: 'Which field may an old event lack, and what does an old reader do with a field that it does not know?',
      pointer: 'Compare `required` of both versions, and look for `additionalProperties: false`.',
      nearAnswer:
        'Version 2 is version 1 with one more property that is not in `required`. No `additionalProperties: false` in either.',
    },
    {
      check: 'Q7',
      question: 'Who decides what comes next: everyone for themselves, or one for all?',
      pointer:
        'Choreography: a topic from the sender to the receiver. Orchestration: a coordinator, a command, an answer.',
      nearAnswer: '{ flow: reserve-stock, pattern: choreography, topics: [order.order.placed], coordinator: null, … }',
    },
    {
      check: 'Q8',
      question: 'How many records wait when a group is a minute behind?',
      pointer: 'Add up the topics that the group reads, times the seconds. For a replay: who else reads there?',
      nearAnswer:
        'inventory-group reads two topics with 500 a second each: 60 s × 1000 = 60000 records. replay: group of its own, to: origin, eventId: kept.',
    },
    {
      check: 'Q9',
      question: 'Which partition got the most records, and whose are they?',
      pointer: 'One wholesaler places 30 of 100 orders. Which key puts them all in one partition?',
      nearAnswer: 'key: orderId in every topic. Where the lag is even over the partitions, there are too few: see Q2.',
    },
  ],
  quiz: [
    {
      ask: 'A topic has 500 records a second, one reader handles 50, and you want twice the capacity. How many partitions?',
      options: ['10', '20', '50', '100'],
      answer: 1,
      why: '500 ÷ 50 = 10 readers keep up; times 2 for a dead instance and for catching up after an outage.',
    },
    {
      ask: 'The customer is the key, and one wholesaler places 30% of all orders. You double the partitions. What changes for the wholesaler?',
      options: [
        'The orders are spread over twice as many partitions',
        'Nothing: one key has one partition',
        'The order of the events is lost',
        'Kafka moves the key to a free broker',
      ],
      answer: 1,
      why: 'A hot key stays in one partition, however many there are. Only a finer key helps.',
    },
    {
      ask: 'Version 2 adds a required field. Which readers are in trouble?',
      options: [
        'Old readers with new events',
        'New readers with old events',
        'None',
        'Readers that are in the same group',
      ],
      answer: 1,
      why: 'Old events lack the field and are still in the topic. Make it one that may be missing, with a meaning for "missing".',
    },
    {
      ask: 'Two services read the same topic in one group. What happens?',
      options: [
        'Both get every record',
        'Each gets the records of some partitions only',
        'The second one is refused',
        'They take turns, record by record',
      ],
      answer: 1,
      why: 'A group shares the work. Each service needs a group of its own to see everything.',
    },
    {
      ask: 'replication.factor 3, min.insync.replicas 3, acks all. One broker is restarted. What happens?',
      options: [
        'Nothing that anybody notices',
        'Writing stops until it is back',
        'Records are lost',
        'Reading stops until it is back',
      ],
      answer: 1,
      why: 'Three copies must be in sync, two are. With min.insync.replicas 2 writing would go on.',
    },
  ],
}
