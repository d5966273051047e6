/** What can be wrong with schemas, flows and operations. */
import { hint } from './diagnoses-of-topics.ts'

export const otherDiagnoses = {
  'design.schema-missing': {
    expected: 'versions 1 and 2 of OrderPlaced and of StockReserved',
    cause: 'A version is missing, or the name of the fact is misspelt.',
    next: 'read task 2 again',
  },
  'design.schema-broken': {
    expected: 'a JSON Schema of an object',
    cause: 'A word of JSON Schema is misspelt, or `type: object` is missing at the top.',
    next: hint('Q6'),
  },
  'design.schema-field': {
    expected:
      'eventId, occurredAt, orderId and the key required; in OrderPlaced also lines, each with productId and quantity',
    cause: 'A reader cannot do its work without them: it would have to ask the service that wrote the event.',
    next: hint('Q6'),
  },
  'design.schema-unchanged': {
    expected: 'version 2 with the new field: currency in OrderPlaced, warehouse in StockReserved',
    cause: 'Version 2 is a copy of version 1.',
    next: 'read task 2 again',
  },
  'design.example-refused': {
    expected: 'an example for each version that its own schema accepts',
    cause: 'Schema or example is wrong: one of them does not say what you mean.',
    next: 'compare the two at the field named above',
  },
  'design.not-backward': {
    expected: 'readers of version 2 to understand events of version 1',
    cause: 'Old events are in the topic and will be read by new programs. A new field must be one that may be missing.',
    next: hint('Q6'),
  },
  'design.not-forward': {
    expected: 'readers of version 1 to understand events of version 2',
    cause: 'Services are updated one after the other. An old one meets new events, and must get along.',
    next: hint('Q6'),
  },
  'design.header-trace': {
    expected: 'a header that ties the steps of one order together: traceparent or correlation-id',
    cause: 'Without it nobody can follow one order through the logs of four services.',
    next: hint('Q6'),
  },
  'design.header-business': {
    expected: 'headers for the transport only; what the business means is in the value',
    cause: 'Headers are lost where a record is stored or forwarded without them, and no schema guards them.',
    next: 'move the field into the schema',
  },
  'design.flow-missing': {
    expected: 'a decision for each of the four flows',
    cause: 'A flow is missing, or its name is misspelt.',
    next: 'read task 3 again',
  },
  'design.pattern-unknown': {
    expected: 'pattern: choreography or orchestration',
    cause: 'The word is misspelt, or both were written.',
    next: hint('Q7'),
  },
  'design.flow-topic': {
    expected: 'topics of design/topics.yml',
    cause: 'The topic was renamed, or its name is misspelt.',
    next: 'compare with design/topics.yml',
  },
  'design.flow-led': {
    expected: 'coordinator: null where services react by themselves',
    cause: 'Choreography has nobody who leads. If somebody does, it is orchestration.',
    next: hint('Q7'),
  },
  'design.flow-broken': {
    expected: 'a topic that the sender of the flow writes and its receiver reads',
    cause: 'The decision and design/topics.yml contradict each other.',
    next: hint('Q7'),
  },
  'design.coordinator-missing': {
    expected: 'a service as coordinator',
    cause: 'Orchestration means that one service leads; the file must say which one.',
    next: hint('Q7'),
  },
  'design.coordinator-deaf': {
    expected: 'a coordinator that sends commands and hears the answers',
    cause: 'Who leads must speak and listen. Name the topics of both directions.',
    next: hint('Q7'),
  },
  'design.lag-unwatched': {
    expected: 'an alarm for each group of design/topics.yml',
    cause: 'The group that nobody watches is the one that stands still over the weekend.',
    next: hint('Q8'),
  },
  'design.alarm-late': {
    expected: 'an alarm before a group is 600 seconds behind',
    cause: 'After ten minutes the customers have called already; after zero seconds it rings all day.',
    next: hint('Q8'),
  },
  'design.alarm-sum': {
    expected: 'records = secondsBehind × the records a second of all topics that the group reads',
    cause: 'A limit without a sum is either never reached or always.',
    next: hint('Q8'),
  },
  'design.causes-few': {
    expected: 'three different causes of lag',
    cause: 'Think of the reader, of one bad record, and of the load.',
    next: hint('Q8'),
  },
  'design.cause-thin': {
    expected: 'for each cause how one sees it and how one mends it',
    cause: 'A cause alone helps nobody at three in the morning.',
    next: hint('Q8'),
  },
  'design.replay-in-main-group': {
    expected: 'a group of its own for reading dead letters',
    cause: 'Moving the offsets of a main group makes it handle everything again, and stops it meanwhile.',
    next: hint('Q8'),
  },
  'design.replay-nowhere': {
    expected: 'replay.to: origin, or a topic of the design',
    cause: 'A replayed record must come to a topic that the service reads.',
    next: hint('Q8'),
  },
  'design.replay-new-ids': {
    expected: 'replay.eventId: kept',
    cause: 'With a new id, a group that handled the event already takes it for another one: twice paid.',
    next: hint('Q8'),
  },
  'design.replay-flood': {
    expected: 'replay.perSecond between 1 and 500',
    cause: 'A replay at full speed is a peak on top of the peak.',
    next: hint('Q8'),
  },
} as const
