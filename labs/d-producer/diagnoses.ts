import { failWith } from '../../cli/check/verdict.ts'

export const diagnoses = {
  'producer.command-failed': {
    expected: 'the command to publish every line and to exit with 0',
    cause: 'The program threw before its end; its last words are above.',
    next: 'run the command "publish" of lab.json yourself and type a line',
    dead: true,
  },
  'producer.never-ends': {
    expected: 'the command to end when its standard input ends',
    cause: 'The producer is still connected: without `disconnect()` its socket keeps the program alive.',
    next: 'disconnect the producer at the end of input',
    late: true,
    dead: true,
  },
  'producer.message-missing': {
    expected: 'every event on its topic',
    cause: 'A send was not awaited, so the program ended before it went out; or the event went to another topic.',
    next: 'await every send before you disconnect',
  },
  'producer.wrong-topic': {
    expected: 'each event on the topic of its line',
    cause: 'The topic is fixed in the program, or taken from somewhere else than the field "topic" of the line.',
    next: 'send to the topic of the line',
  },
  'producer.value-changed': {
    expected: 'the event as the value, unchanged',
    cause: 'The whole line, or an event built anew, was sent instead of the event of the line.',
    next: 'send JSON.stringify(event) as the value',
  },
  'producer.key-missing': {
    expected: 'the order id as the key of the message',
    cause: 'Without a key Kafka spreads messages over the partitions as it likes, and the order of events is lost.',
    next: 'send { key: event.data.orderId, value: … }',
  },
  'producer.key-wrong': {
    expected: 'the order id as the key of the message',
    cause: 'Another field, or the id in another form (quoted, with a prefix), was taken for the key.',
    next: 'send { key: event.data.orderId, value: … }',
  },
  'producer.order-scattered': {
    expected: 'all events of an order in one partition of their topic',
    cause: 'The key decides the partition: it is missing, or not the same for all events of an order.',
    next: 'use the order id as the key',
  },
  'producer.order-lost': {
    expected: 'the events of an order in the order in which they were given',
    cause: 'Several sends were under way at the same time, so a later one could arrive first.',
    next: 'await each send before the next, or send them together in one batch',
  },
  'producer.partitions-unused': {
    expected: '300 orders to use all three partitions',
    cause:
      'A fixed partition or a fixed key sends everything to the same place, so no more than one consumer can share the work.',
    next: 'leave the partition to Kafka and use the order id as the key',
  },
  'producer.exit-before-flush': {
    expected: 'all 2,000 events there at the moment at which the command exits with 0',
    cause: 'The program ended before its last sends were acknowledged.',
    next: 'await the sends, then disconnect, then end',
  },
  'producer.duplicate': {
    expected: 'each event once',
    cause: 'An event is sent again although the first send went through.',
    next: 'send each line once; leave retries to the client',
  },
  'producer.too-slow': {
    expected: '2,000 events within 20 s',
    cause: 'A connection for each event, or a pause between them.',
    next: 'connect once; send in batches',
    late: true,
  },
  'producer.no-broker-unnoticed': {
    expected: 'an exit code other than 0 when there is no broker',
    cause: 'The error is caught and swallowed: the caller believes that the event was sent.',
    next: 'set the exit code in the place where the error is caught',
  },
  'producer.no-broker-hangs': {
    expected: 'an end within 30 s when there is no broker',
    cause: 'The client tries again and again. Limit its retries.',
    next: 'set `connectionTimeout` and `retry` of the client',
    late: true,
  },
  'producer.no-broker-silent': {
    expected: 'a message that says that the events could not be sent',
    cause: 'The program ends with an error code but without a word.',
    next: 'print the error to standard error',
  },
} as const

export const fail = failWith(diagnoses)
