import { failWith } from '../../cli/check/verdict.ts'

const AGAIN = 'lab check q'
const HINT = (check: string) => `lab hint ${check}`

export const diagnoses = {
  'design.file-missing': {
    expected: 'the five files of the design in the folder design/',
    cause: 'The part was not started here, or a file was moved.',
    next: 'lab start q',
    dead: true,
  },
  'design.yaml-broken': {
    expected: 'a file that is valid YAML',
    cause: 'Most often the indentation, or a text with a colon in it that is not in quotes.',
    next: 'open the file at the line named above',
    dead: true,
  },
  'design.field-wrong': {
    expected: 'the fields that the starter has, with values of the right kind',
    cause: 'A field is misspelt, missing, or holds a text where a number is expected.',
    next: 'compare with labs/q-topic-design/starter',
    dead: true,
  },
  'design.not-written': {
    expected: 'topics, and groups that read them, in design/topics.yml',
    cause: 'This part is not written yet.',
    next: 'read labs/q-topic-design/README.md, task 1',
    dead: true,
  },
  'design.convention-unknown': {
    expected: 'convention: entity-verb, service.entity.action or service-name.event',
    cause: 'The names need one rule, and the file must say which.',
    next: HINT('Q1'),
  },
  'design.name-illegal': {
    expected: 'names of letters, digits, ".", "_" and "-", 249 of them at most',
    cause: 'Kafka refuses other names; a space at the end counts too.',
    next: 'change the name',
  },
  'design.name-convention': {
    expected: 'all names in the convention that the file chooses',
    cause: 'Two conventions are mixed, or capitals and underscores have come in. Nobody can guess such names.',
    next: HINT('Q1'),
  },
  'design.name-owner': {
    expected: 'a name that begins with the service that writes the topic',
    cause: 'The prefix gives the owner. With another one, rights by prefix go to the wrong service.',
    next: 'change the name or the producer',
  },
  'design.name-twice': {
    expected: 'a name of its own for each topic',
    cause: 'Kafka has one topic for one name: both would be the same.',
    next: 'change one of them',
  },
  'design.dead-letter-name': {
    expected: 'dead letters whose name begins with the name of their topic',
    cause: 'At night somebody looks for the letters of a topic. A list in alphabetical order must show them beside it.',
    next: 'begin with the name of the topic, such as order.order.placed-dlt',
  },
  'design.producer-missing': {
    expected: 'order, payment, inventory or notification as producer of each topic',
    cause: 'A topic without a service that writes it stays empty for ever.',
    next: HINT('Q1'),
  },
  'design.topic-without-producer': {
    expected: 'groups that read only topics of the list',
    cause: 'The name is misspelt, or the topic was forgotten. The group would wait for ever, without an error.',
    next: 'compare the names under groups with those under topics',
  },
  'design.topic-unread': {
    expected: 'a group that reads each topic',
    cause: 'Either a reader was forgotten, or nobody needs the topic.',
    next: HINT('Q1'),
  },
  'design.group-shared': {
    expected: 'a group of its own for each service',
    cause: 'Members of one group share the partitions: each service would see a part of the events only.',
    next: 'give each service its group',
  },
  'design.group-of-nobody': {
    expected: 'order, payment, inventory or notification as service of each group',
    cause: 'The name of the service is misspelt.',
    next: AGAIN,
  },
  'design.fact-unknown': {
    expected: 'facts and commands of the list in the handout',
    cause: 'The name is misspelt. Names are compared as they are.',
    next: 'read the table of task 1 again',
  },
  'design.fact-missing': {
    expected: 'a topic for each of the seven facts',
    cause: 'A way of the order was forgotten. Go through success, no stock and declined payment.',
    next: HINT('Q1'),
  },
  'design.fact-twice': {
    expected: 'each fact in one topic',
    cause: 'The same fact in two topics will differ one day, and no reader knows which one is right.',
    next: 'leave it in one of them',
  },
  'design.fact-of-another': {
    expected: 'facts that are written by the service that knows them first',
    cause: 'One service speaks for another. The owner of the data is the one who says what happened to it.',
    next: 'read the table of task 1 again',
  },
  'design.fact-unheard': {
    expected: 'every service to hear what it has to act on',
    cause: 'A group lacks a topic. The order would stop there and stay PENDING.',
    next: HINT('Q1'),
  },
  'design.sum-missing': {
    expected: 'peakPerSecond and readerPerSecond for each topic',
    cause: 'A number of partitions without its sum is a guess, and nobody can change it later with reason.',
    next: HINT('Q2'),
  },
  'design.sum-peak': {
    expected: 'peakPerSecond = 500 × the records that one order brings to this topic in the worst case',
    cause: 'Facts that exclude each other, such as reserved and refused, count once; others add up.',
    next: HINT('Q2'),
  },
  'design.sum-reader': {
    expected: 'readerPerSecond of the slowest service that reads the topic',
    cause: 'The partitions must be enough for the slowest group; the fast ones are done sooner.',
    next: HINT('Q2'),
  },
  'design.partitions-few': {
    expected: 'partitions ≥ peak × 2 ÷ reader, rounded up',
    cause: 'One partition has one reader in a group: more instances would have nothing to do.',
    next: HINT('Q2'),
  },
  'design.partitions-many': {
    expected: 'at most four times what is needed',
    cause: 'Each partition costs files, memory, and time when a broker fails.',
    next: HINT('Q2'),
  },
  'design.key-missing': {
    expected: 'a key for each topic',
    cause: 'Without a key the events of one order are spread over the partitions, and their order is lost.',
    next: HINT('Q3'),
  },
  'design.key-loses-order': {
    expected: 'a key that all events of one order share',
    cause: 'Same key, same partition. Events of one order with different keys may be read in any order.',
    next: HINT('Q3'),
  },
  'design.key-unknown': {
    expected: 'the name of a field of the event as key',
    cause: 'The key is no field that the task knows.',
    next: HINT('Q3'),
  },
  'design.replication': {
    expected: 'replicationFactor: 3 for topics and dead letters',
    cause: 'With one copy a dead disk takes all records along; with two no broker may be away for maintenance.',
    next: HINT('Q4'),
  },
  'design.insync-low': {
    expected: 'minInsyncReplicas: 2',
    cause: 'With 1 a record counts as stored when one broker has it. When this one dies, the record is gone.',
    next: HINT('Q4'),
  },
  'design.insync-high': {
    expected: 'minInsyncReplicas: 2',
    cause: 'With as many as there are copies, each restart of a broker stops all writing.',
    next: HINT('Q4'),
  },
  'design.acks': {
    expected: 'acks: all',
    cause: 'Otherwise the producer does not wait for the copies, and minInsyncReplicas has no effect.',
    next: HINT('Q4'),
  },
  'design.retention-short': {
    expected: 'retentionHours ≥ 96, the longest outage that is planned for',
    cause: 'A service that comes back after a long weekend would find its records deleted, without an error.',
    next: HINT('Q4'),
  },
  'design.retention-long': {
    expected: 'retentionHours ≤ 720: nothing about a customer is kept for more than 30 days',
    cause: 'A log keeps what it gets. Who must forget may not keep it for longer.',
    next: HINT('Q4'),
  },
  'design.dead-letters-short': {
    expected: 'dead letters to be kept for 336 hours or more',
    cause: 'They wait for a person, who may be on holiday for two weeks.',
    next: HINT('Q4'),
  },
  'design.dead-letters-missing': {
    expected: 'dead letters for each topic and each group that reads it',
    cause: 'A record that cannot be handled has nowhere to go: it blocks its partition, or it is thrown away.',
    next: HINT('Q5'),
  },
  'design.dead-letters-of-nothing': {
    expected: 'dead letters of a topic and a group that reads it',
    cause: 'The name of the topic or of the group is misspelt, or the group no longer reads it.',
    next: HINT('Q5'),
  },
  'design.dead-letters-blind': {
    expected: 'one topic for each group, or a header that names the group',
    cause: 'In a shared topic nobody can see which group failed, and a replay would reach the wrong one.',
    next: HINT('Q5'),
  },
  'design.dead-letter-headers': {
    expected: 'headers with the error and the place it came from (topic, partition, offset)',
    cause: 'Without the reason, whoever opens the letter has to guess; without the place, nobody finds the record.',
    next: HINT('Q5'),
  },
  'design.schema-missing': {
    expected: 'versions 1 and 2 of OrderPlaced and of StockReserved',
    cause: 'A version is missing, or the name of the fact is misspelt.',
    next: 'read task 2 again',
  },
  'design.schema-broken': {
    expected: 'a JSON Schema of an object',
    cause: 'A word of JSON Schema is misspelt, or `type: object` is missing at the top.',
    next: HINT('Q6'),
  },
  'design.schema-field': {
    expected:
      'eventId, occurredAt, orderId and the key required; in OrderPlaced also lines, each with productId and quantity',
    cause: 'A reader cannot do its work without them: it would have to ask the service that wrote the event.',
    next: HINT('Q6'),
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
    next: HINT('Q6'),
  },
  'design.not-forward': {
    expected: 'readers of version 1 to understand events of version 2',
    cause: 'Services are updated one after the other. An old one meets new events, and must get along.',
    next: HINT('Q6'),
  },
  'design.header-trace': {
    expected: 'a header that ties the steps of one order together: traceparent or correlation-id',
    cause: 'Without it nobody can follow one order through the logs of four services.',
    next: HINT('Q6'),
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
    next: HINT('Q7'),
  },
  'design.flow-topic': {
    expected: 'topics of design/topics.yml',
    cause: 'The topic was renamed, or its name is misspelt.',
    next: 'compare with design/topics.yml',
  },
  'design.flow-led': {
    expected: 'coordinator: null where services react by themselves',
    cause: 'Choreography has nobody who leads. If somebody does, it is orchestration.',
    next: HINT('Q7'),
  },
  'design.flow-broken': {
    expected: 'a topic that the sender of the flow writes and its receiver reads',
    cause: 'The decision and design/topics.yml contradict each other.',
    next: HINT('Q7'),
  },
  'design.coordinator-missing': {
    expected: 'a service as coordinator',
    cause: 'Orchestration means that one service leads; the file must say which one.',
    next: HINT('Q7'),
  },
  'design.coordinator-deaf': {
    expected: 'a coordinator that sends commands and hears the answers',
    cause: 'Who leads must speak and listen. Name the topics of both directions.',
    next: HINT('Q7'),
  },
  'design.lag-unwatched': {
    expected: 'an alarm for each group of design/topics.yml',
    cause: 'The group that nobody watches is the one that stands still over the weekend.',
    next: HINT('Q8'),
  },
  'design.alarm-late': {
    expected: 'an alarm before a group is 600 seconds behind',
    cause: 'After ten minutes the customers have called already; after zero seconds it rings all day.',
    next: HINT('Q8'),
  },
  'design.alarm-sum': {
    expected: 'records = secondsBehind × the records a second of all topics that the group reads',
    cause: 'A limit without a sum is either never reached or always.',
    next: HINT('Q8'),
  },
  'design.causes-few': {
    expected: 'three different causes of lag',
    cause: 'Think of the reader, of one bad record, and of the load.',
    next: HINT('Q8'),
  },
  'design.cause-thin': {
    expected: 'for each cause how one sees it and how one mends it',
    cause: 'A cause alone helps nobody at three in the morning.',
    next: HINT('Q8'),
  },
  'design.replay-in-main-group': {
    expected: 'a group of its own for reading dead letters',
    cause: 'Moving the offsets of a main group makes it handle everything again, and stops it meanwhile.',
    next: HINT('Q8'),
  },
  'design.replay-nowhere': {
    expected: 'replay.to: origin, or a topic of the design',
    cause: 'A replayed record must come to a topic that the service reads.',
    next: HINT('Q8'),
  },
  'design.replay-new-ids': {
    expected: 'replay.eventId: kept',
    cause: 'With a new id, a group that handled the event already takes it for another one: twice paid.',
    next: HINT('Q8'),
  },
  'design.replay-flood': {
    expected: 'replay.perSecond between 1 and 500',
    cause: 'A replay at full speed is a peak on top of the peak.',
    next: HINT('Q8'),
  },
  'design.hot-partition': {
    expected: 'no partition to get more than its reader handles',
    cause:
      'One key brings so many records that its partition falls behind. More partitions do not help: a key has one.',
    next: HINT('Q9'),
  },
  'design.lag-grows': {
    expected: 'every reader to keep up with the peak',
    cause: 'There are too few partitions, so each reader gets more than it handles.',
    next: HINT('Q9'),
  },
} as const

export const fail = failWith(diagnoses)
