/** What can be wrong with design/topics.yml, and with any file of the design. */
export const hint = (check: string) => `lab hint ${check}`

export const topicDiagnoses = {
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
    next: hint('Q1'),
  },
  'design.name-illegal': {
    expected: 'names of letters, digits, ".", "_" and "-", 249 of them at most',
    cause: 'Kafka refuses other names; a space at the end counts too.',
    next: 'change the name',
  },
  'design.name-convention': {
    expected: 'all names in the convention that the file chooses',
    cause: 'Two conventions are mixed, or capitals and underscores have come in. Nobody can guess such names.',
    next: hint('Q1'),
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
    next: hint('Q1'),
  },
  'design.topic-without-producer': {
    expected: 'groups that read only topics of the list',
    cause: 'The name is misspelt, or the topic was forgotten. The group would wait for ever, without an error.',
    next: 'compare the names under groups with those under topics',
  },
  'design.topic-unread': {
    expected: 'a group that reads each topic',
    cause: 'Either a reader was forgotten, or nobody needs the topic.',
    next: hint('Q1'),
  },
  'design.group-shared': {
    expected: 'a group of its own for each service',
    cause: 'Members of one group share the partitions: each service would see a part of the events only.',
    next: 'give each service its group',
  },
  'design.group-of-nobody': {
    expected: 'order, payment, inventory or notification as service of each group',
    cause: 'The name of the service is misspelt.',
    next: 'lab check q',
  },
  'design.fact-unknown': {
    expected: 'facts and commands of the list in the handout',
    cause: 'The name is misspelt. Names are compared as they are.',
    next: 'read the table of task 1 again',
  },
  'design.fact-missing': {
    expected: 'a topic for each of the seven facts',
    cause: 'A way of the order was forgotten. Go through success, no stock and declined payment.',
    next: hint('Q1'),
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
    next: hint('Q1'),
  },
  'design.sum-missing': {
    expected: 'peakPerSecond and readerPerSecond for each topic',
    cause: 'A number of partitions without its sum is a guess, and nobody can change it later with reason.',
    next: hint('Q2'),
  },
  'design.sum-peak': {
    expected: 'peakPerSecond = 500 × the records that one order brings to this topic in the worst case',
    cause: 'Facts that exclude each other, such as reserved and refused, count once; others add up.',
    next: hint('Q2'),
  },
  'design.sum-reader': {
    expected: 'readerPerSecond of the slowest service that reads the topic',
    cause: 'The partitions must be enough for the slowest group; the fast ones are done sooner.',
    next: hint('Q2'),
  },
  'design.partitions-few': {
    expected: 'partitions ≥ peak × 2 ÷ reader, rounded up',
    cause: 'One partition has one reader in a group: more instances would have nothing to do.',
    next: hint('Q2'),
  },
  'design.partitions-many': {
    expected: 'at most four times what is needed',
    cause: 'Each partition costs files, memory, and time when a broker fails.',
    next: hint('Q2'),
  },
  'design.key-missing': {
    expected: 'a key for each topic',
    cause: 'Without a key the events of one order are spread over the partitions, and their order is lost.',
    next: hint('Q3'),
  },
  'design.key-loses-order': {
    expected: 'a key that all events of one order share',
    cause: 'Same key, same partition. Events of one order with different keys may be read in any order.',
    next: hint('Q3'),
  },
  'design.key-unknown': {
    expected: 'the name of a field of the event as key',
    cause: 'The key is no field that the task knows.',
    next: hint('Q3'),
  },
  'design.replication': {
    expected: 'replicationFactor: 3 for topics and dead letters',
    cause: 'With one copy a dead disk takes all records along; with two no broker may be away for maintenance.',
    next: hint('Q4'),
  },
  'design.insync-low': {
    expected: 'minInsyncReplicas: 2',
    cause: 'With 1 a record counts as stored when one broker has it. When this one dies, the record is gone.',
    next: hint('Q4'),
  },
  'design.insync-high': {
    expected: 'minInsyncReplicas: 2',
    cause: 'With as many as there are copies, each restart of a broker stops all writing.',
    next: hint('Q4'),
  },
  'design.acks': {
    expected: 'acks: all',
    cause: 'Otherwise the producer does not wait for the copies, and minInsyncReplicas has no effect.',
    next: hint('Q4'),
  },
  'design.retention-short': {
    expected: 'retentionHours ≥ 96, the longest outage that is planned for',
    cause: 'A service that comes back after a long weekend would find its records deleted, without an error.',
    next: hint('Q4'),
  },
  'design.retention-long': {
    expected: 'retentionHours ≤ 720: nothing about a customer is kept for more than 30 days',
    cause: 'A log keeps what it gets. Who must forget may not keep it for longer.',
    next: hint('Q4'),
  },
  'design.dead-letters-short': {
    expected: 'dead letters to be kept for 336 hours or more',
    cause: 'They wait for a person, who may be on holiday for two weeks.',
    next: hint('Q4'),
  },
  'design.dead-letters-missing': {
    expected: 'dead letters for each topic and each group that reads it',
    cause: 'A record that cannot be handled has nowhere to go: it blocks its partition, or it is thrown away.',
    next: hint('Q5'),
  },
  'design.dead-letters-of-nothing': {
    expected: 'dead letters of a topic and a group that reads it',
    cause: 'The name of the topic or of the group is misspelt, or the group no longer reads it.',
    next: hint('Q5'),
  },
  'design.dead-letters-blind': {
    expected: 'one topic for each group, or a header that names the group',
    cause: 'In a shared topic nobody can see which group failed, and a replay would reach the wrong one.',
    next: hint('Q5'),
  },
  'design.dead-letter-headers': {
    expected: 'headers with the error and the place it came from (topic, partition, offset)',
    cause: 'Without the reason, whoever opens the letter has to guess; without the place, nobody finds the record.',
    next: hint('Q5'),
  },
  'design.hot-partition': {
    expected: 'no partition to get more than its reader handles',
    cause:
      'One key brings so many records that its partition falls behind. More partitions do not help: a key has one.',
    next: hint('Q9'),
  },
  'design.lag-grows': {
    expected: 'every reader to keep up with the peak',
    cause: 'There are too few partitions, so each reader gets more than it handles.',
    next: hint('Q9'),
  },
} as const
