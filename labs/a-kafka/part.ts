import type { Lesson } from '../lesson.ts'

export const lesson: Lesson = {
  letter: 'A',
  folder: 'a-kafka',
  title: 'A Kafka of your own',
  minutes: 40,
  aim: 'A Kafka broker runs on your machine and holds the topics of the shop.',
  viva: ['topic'],
  files: ['docker-compose.yml', 'kafka/topics.ts'],
  hints: [
    {
      check: 'A1',
      question: 'Does anything listen where your programs look for Kafka?',
      pointer:
        '`lab status` says which broker runs and at which address. `KAFKA_BROKERS` says where your programs look.',
      nearAnswer: 'Run `lab up`. It starts a broker and prints its address; the default is localhost:9092.',
    },
    {
      check: 'A2',
      question: 'Your program connects to port 9092. Which address does the broker then tell it to use?',
      pointer:
        'Compare KAFKA_LISTENERS (where the broker listens) with KAFKA_ADVERTISED_LISTENERS (what it tells clients).',
      nearAnswer: 'KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:9092, because your programs run on the host.',
    },
    {
      check: 'A3',
      question: 'How many partitions does a topic get when you do not say a number?',
      pointer: '`admin.createTopics` takes a list of topics, each with a name and a number of partitions.',
      nearAnswer:
        'admin.createTopics({ topics: names.map((topic) => ({ topic, numPartitions: 3, replicationFactor: 1 })) })',
    },
    {
      check: 'A4',
      question: 'What does your program do when the topics are there already, and what when no broker is there?',
      pointer: '`admin.listTopics()` tells you what exists. An error must reach the catch block, and the exit code.',
      nearAnswer:
        'Create only the names that listTopics() does not return. In catch: print the address, set process.exitCode = 1.',
    },
  ],
  quiz: [
    {
      ask: 'What is a topic?',
      options: [
        'A queue that deletes a message when it was read',
        'A named log: messages are added at the end and stay there after they are read',
        'A table with one row for each order',
        'A connection between two services',
      ],
      answer: 1,
      why: 'Reading takes nothing away. That is why several services can read the same topic, each at its own pace.',
    },
    {
      ask: 'KAFKA_ADVERTISED_LISTENERS says PLAINTEXT://kafka:9092 and you run a program on the host. What happens?',
      options: [
        'It works, the port is published',
        'The first connection works, then the client tries to reach a host named "kafka" and fails',
        'The container does not start',
        'Kafka corrects the address by itself',
      ],
      answer: 1,
      why: 'The client asks the first address who the brokers are and then uses the addresses in the answer. "kafka" is known inside the Docker network only.',
    },
    {
      ask: 'You run the program that creates the topics a second time. What should happen?',
      options: [
        'It deletes the topics and creates them again',
        'It fails, because the topics exist',
        'Nothing changes and it exits with 0',
        'It adds 3 more partitions to each',
      ],
      answer: 2,
      why: 'Set-up programs run again and again: after a restart, in a pipeline, by a colleague. So they must be repeatable, and no message may get lost.',
    },
    {
      ask: 'What does this print when no Kafka is there?',
      code: "try { await admin.connect() } catch { console.log('failed') }\nprocess.on('exit', (code) => console.log(code))",
      options: ['failed and 1', 'failed and 0', 'nothing', '1'],
      answer: 1,
      why: 'The error was caught, so Node sees a program that ended well: exit code 0. Whoever runs it believes that all is well. Set process.exitCode.',
    },
    {
      ask: 'Old tutorials start two containers, Kafka and ZooKeeper. Why do we start one?',
      options: [
        'ZooKeeper is built into Docker',
        'A lab needs no controller',
        'In KRaft mode Kafka keeps the list of topics and brokers itself',
        'ZooKeeper is needed for more than 3 partitions only',
      ],
      answer: 2,
      why: 'Kafka 4 has no ZooKeeper any more. One process can be broker and controller at once.',
    },
  ],
}
