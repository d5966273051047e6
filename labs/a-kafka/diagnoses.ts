import { failWith } from '../../cli/check/verdict.ts'

export const diagnoses = {
  'kafka.broker-silent': {
    expected: 'a Kafka broker that answers',
    cause: 'The broker is not running, still starting, or listens at another address.',
    next: 'lab status   (then: lab up)',
    dead: true,
  },
  'compose.missing': {
    expected: 'a docker-compose.yml in the workspace',
    cause: 'The file is not written yet, or has another name.',
    next: 'lab hint a',
  },
  'compose.unreadable': {
    expected: 'a docker-compose.yml that is valid YAML with a mapping "services"',
    cause: 'Most often the indentation: YAML wants spaces, the same number on each level.',
    next: 'open docker-compose.yml at the place named above',
  },
  'compose.no-broker': {
    expected: 'a service that runs a Kafka image, such as apache/kafka',
    cause: 'The image of the broker is missing, or it is no Kafka image.',
    next: 'lab hint a',
  },
  'compose.several-brokers': {
    expected: 'one Kafka broker',
    cause: 'A cluster of several brokers belongs to a later, advanced part.',
    next: 'leave one Kafka service in docker-compose.yml',
  },
  'compose.zookeeper': {
    expected: 'a broker in KRaft mode, without ZooKeeper',
    cause: 'The file follows an old tutorial. Kafka 4 has no ZooKeeper any more: the broker keeps its own metadata.',
    next: 'remove ZooKeeper and give the broker KAFKA_PROCESS_ROLES=broker,controller',
  },
  'compose.not-kraft': {
    expected: 'a broker that is its own controller (KRaft): KAFKA_PROCESS_ROLES=broker,controller',
    cause: 'Once a setting of the broker is given, the image wants all of them, the process roles first.',
    next: 'lab hint a',
  },
  'compose.port': {
    expected: 'the broker published at port 9092 of the host: ports: ["9092:9092"]',
    cause: 'Without `ports`, or with another number on the left, no program on your machine finds the broker at 9092.',
    next: 'look at `ports` in docker-compose.yml',
  },
  'compose.advertised': {
    expected: 'the listener behind host port 9092 to advertise localhost:9092',
    cause:
      'A client connects twice: first to the address that you give it, then to the one that the broker advertises. That one must be reachable from the host, not only from other containers.',
    next: 'look at KAFKA_LISTENERS and KAFKA_ADVERTISED_LISTENERS in docker-compose.yml',
  },
  // A busy broker may answer that it ran out of time: worth a second try.
  'topics.command-failed': {
    expected: 'the command to exit with 0',
    cause: 'The program threw before its end; its last words are above.',
    next: 'run the command "topics" of lab.json yourself',
    late: true,
  },
  'topics.never-ends': {
    expected: 'the command to end by itself',
    cause: 'The admin client is still connected: without `disconnect()` its socket keeps the program alive.',
    next: 'disconnect the admin client at the end, also after an error',
    late: true,
  },
  'topics.missing': {
    expected:
      'the six topics order-created, payment-success, payment-failed, stock-reserved, stock-failed and order-cancelled',
    cause: 'A name is misspelt or left out. Names are compared as they are.',
    next: 'lab topics',
  },
  'topics.partitions': {
    expected: '3 partitions for each of the six topics',
    cause: 'Without `numPartitions` a topic gets the default of the broker, which is 1.',
    next: 'set the number of partitions where the topic is created',
  },
  'topics.not-repeatable': {
    expected: 'a second run to exit with 0',
    cause: 'Creating a topic that is there is an error for the broker; the program must expect it.',
    next: 'create what is missing only, or accept "topic already exists"',
    late: true,
  },
  'topics.changed': {
    expected: 'a second run to change nothing',
    cause: 'The second run deletes or alters topics.',
    next: 'create what is missing only',
  },
  'topics.lost-messages': {
    expected: 'the messages on the topics to be there after a second run',
    cause: 'The program deletes the topics and creates them again: every message in them is gone.',
    next: 'create what is missing only; never delete',
  },
  'topics.no-broker-unnoticed': {
    expected: 'an exit code other than 0 when there is no broker',
    cause: 'The error is caught and swallowed, so whoever runs the command believes that all is well.',
    next: 'set the exit code in the place where the error is caught',
  },
  'topics.no-broker-hangs': {
    expected: 'an end within 15 s when there is no broker',
    cause: 'The client tries again and again. Limit its retries.',
    next: 'set `connectionTimeout` and `retry` of the client',
    late: true,
  },
  'topics.no-broker-unnamed': {
    expected: 'a message that holds the address as given in KAFKA_BROKERS',
    cause: 'The message does not say where the broker was looked for, so the reader cannot see a wrong address.',
    next: 'print the address together with the error',
  },
} as const

export const fail = failWith(diagnoses)
