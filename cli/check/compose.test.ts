import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesOfCompose, judgeCompose } from './compose.ts'

const compose = (body: string, image = 'apache/kafka:4.3.1') =>
  `services:\n  kafka:\n    image: ${image}\n${body.replace(/^/gm, '    ')}\n`

const full = (changes: Record<string, string | null> = {}, prefix = 'KAFKA_') => {
  const settings: Record<string, string | null> = {
    NODE_ID: '1',
    PROCESS_ROLES: 'broker,controller',
    CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    ADVERTISED_LISTENERS: 'PLAINTEXT://localhost:9092',
    ...changes,
  }
  const lines = Object.entries(settings).filter(([, value]) => value !== null)
  return `environment:\n${lines.map(([name, value]) => `  ${prefix}${name}: "${value}"`).join('\n')}`
}
const ports = (...list: string[]) => `\nports:\n${list.map((port) => `  - "${port}"`).join('\n')}`

const right: Record<string, string> = {
  'apache/kafka with everything set': compose(full() + ports('9092:9092')),
  'apache/kafka with nothing set': compose('ports: ["9092:9092"]'),
  'a port on 127.0.0.1': compose(full() + ports('127.0.0.1:9092:9092')),
  'a port on an IPv6 address': compose(full() + ports('[::1]:9092:9092/tcp')),
  'a port range': compose(full() + ports('9092-9094:9092-9094')),
  'the long form of a port': compose(`${full()}\nports:\n  - target: 9092\n    published: "9092"\n    protocol: tcp`),
  'environment as a list': compose(
    `environment:\n  - KAFKA_PROCESS_ROLES=broker,controller\n  - KAFKA_LISTENERS=PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093\n  - KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://127.0.0.1:9092\nports:\n  - 9092:9092`,
  ),
  'two listeners, the host one at 9092': compose(
    full({
      LISTENERS: 'INTERNAL://:29092,EXTERNAL://:9092,CONTROLLER://:9093',
      ADVERTISED_LISTENERS: 'INTERNAL://kafka:29092,EXTERNAL://localhost:9092',
    }) + ports('9092:9092'),
    'confluentinc/cp-kafka:8.0.0',
  ),
  'another container port behind host port 9092': compose(
    full({
      LISTENERS: 'DOCKER://:9092,HOST://:19092,CONTROLLER://:9093',
      ADVERTISED_LISTENERS: 'DOCKER://kafka:9092,HOST://localhost:9092',
    }) + ports('9092:19092'),
  ),
  'bitnami style': compose(full({}, 'KAFKA_CFG_') + ports('9092:9092'), 'bitnami/kafka:3.9'),
  'bitnami from its legacy registry': compose(
    full({}, 'KAFKA_CFG_') + ports('9092:9092'),
    'docker.io/bitnamilegacy/kafka:4.0',
  ),
  'the native image': compose(full() + ports('9092:9092'), 'apache/kafka-native:4.1.0'),
  'cp-kafka without LISTENERS': compose(full({ LISTENERS: null }) + ports('9092:9092'), 'confluentinc/cp-kafka:7.8.0'),
  'variables with defaults': compose(
    full({ ADVERTISED_LISTENERS: `PLAINTEXT://${'$'}{HOST_NAME:-localhost}:${'$'}{KAFKA_PORT-9092}` }) +
      ports(`${'$'}{KAFKA_PORT:-9092}:9092`),
  ),
  'an address of the host': compose(
    full({ ADVERTISED_LISTENERS: 'PLAINTEXT://192.168.1.20:9092' }) + ports('9092:9092'),
  ),
  'a user interface beside it': `${compose(full() + ports('9092:9092'))}  ui:\n    image: provectuslabs/kafka-ui:latest\n    environment:\n      KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: kafka:9092\n`,
  'a job that makes topics with the same image': `${compose(full() + ports('9092:9092'))}  init:\n    image: apache/kafka:4.3.1\n    command: /opt/kafka/bin/kafka-topics.sh --create --topic a\n`,
  'anchors and merge keys': `x-env: &env\n  KAFKA_PROCESS_ROLES: controller,broker\nservices:\n  kafka:\n    image: apache/kafka\n    environment:\n      <<: *env\n      KAFKA_LISTENERS: PLAINTEXT://:9092,CONTROLLER://:9093\n      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:9092\n    ports: ["9092:9092"]\n`,
  'a controller of its own': `${compose(full({ PROCESS_ROLES: 'broker', LISTENERS: 'PLAINTEXT://:9092' }) + ports('9092:9092'))}  controller:\n    image: apache/kafka:4.3.1\n    environment:\n      KAFKA_PROCESS_ROLES: controller\n`,
  'the network of the host': compose(`${full()}\nnetwork_mode: host`),
}

const wrong: [what: string, problem: string, text: string][] = [
  ['no YAML', 'unreadable', 'services:\n  - a: [\n'],
  ['a list', 'unreadable', '- a'],
  ['no services', 'no-broker', 'version: "3"\n'],
  ['only a user interface', 'no-broker', 'services:\n  ui:\n    image: provectuslabs/kafka-ui\n'],
  [
    'a ZooKeeper',
    'zookeeper',
    `${compose(full() + ports('9092:9092'))}  zookeeper:\n    image: confluentinc/cp-zookeeper:7.5.0\n`,
  ],
  [
    'a broker that looks for ZooKeeper',
    'not-kraft',
    compose(full({ PROCESS_ROLES: null, ZOOKEEPER_CONNECT: 'zk:2181' }) + ports('9092:9092')),
  ],
  [
    'no process roles',
    'not-kraft',
    compose(full({ PROCESS_ROLES: null }) + ports('9092:9092'), 'confluentinc/cp-kafka:7.5.0'),
  ],
  ['no controller', 'not-kraft', compose(full({ PROCESS_ROLES: 'broker' }) + ports('9092:9092'))],
  [
    'two brokers',
    'several-brokers',
    compose(full() + ports('9092:9092')) + compose(full()).replace('services:\n', '').replace('kafka:', 'kafka2:'),
  ],
  ['no port', 'port', compose(full())],
  ['another host port', 'port', compose(full() + ports('9094:9092'))],
  ['a container port alone', 'port', compose(full() + ports('9092'))],
  [
    'the name of the container advertised',
    'advertised',
    compose(full({ ADVERTISED_LISTENERS: 'PLAINTEXT://kafka:9092' }) + ports('9092:9092')),
  ],
  [
    'another port advertised',
    'advertised',
    compose(full({ ADVERTISED_LISTENERS: 'PLAINTEXT://localhost:9093' }) + ports('9092:9092')),
  ],
  ['nothing advertised', 'advertised', compose(full({ ADVERTISED_LISTENERS: null }) + ports('9092:9092'))],
  [
    '0.0.0.0 advertised',
    'advertised',
    compose(full({ ADVERTISED_LISTENERS: 'PLAINTEXT://0.0.0.0:9092' }) + ports('9092:9092')),
  ],
  [
    'the inner listener published',
    'advertised',
    compose(
      full({
        LISTENERS: 'INTERNAL://:9092,EXTERNAL://:29092,CONTROLLER://:9093',
        ADVERTISED_LISTENERS: 'INTERNAL://kafka:9092,EXTERNAL://localhost:29092',
      }) + ports('9092:9092'),
    ),
  ],
  ['a container port where nothing listens', 'advertised', compose(full() + ports('9092:29092'))],
  [
    'a container name advertised',
    'advertised',
    `${compose(full({ ADVERTISED_LISTENERS: 'PLAINTEXT://my-kafka:9092' }) + ports('9092:9092'))}    container_name: my-kafka\n`,
  ],
]

for (const [what, text] of Object.entries(right)) {
  test(`given ${what}, when judged, then it is right`, () => assert.deepEqual(judgeCompose(text), { ok: true }))
}
for (const [what, problem, text] of wrong) {
  test(`given ${what}, when judged, then the problem is ${problem}`, () => {
    const judgement = judgeCompose(text)
    assert.equal(judgement.ok ? 'none' : judgement.problem, problem, JSON.stringify(judgement))
  })
}

const FROM_FILES = `
services:
  kafka:
    image: apache/kafka:\${KAFKA_VERSION:-4.3.1}
    ports: ["\${PORT:?set it}:9092"]
    env_file:
      - ./kafka.env
      - path: local.env
        required: false
    environment:
      KAFKA_NODE_ID: 1
`
const ENVIRONMENT = `# one broker
KAFKA_PROCESS_ROLES=broker,controller
export KAFKA_CONTROLLER_QUORUM_VOTERS="1@kafka:9093"
KAFKA_CONTROLLER_LISTENER_NAMES='CONTROLLER' # the other one
KAFKA_LISTENERS=PLAINTEXT://:9092,CONTROLLER://:9093
KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://kafka:9092
`

test('given an environment in files, when judged, then they count as compose counts them: the later file holds, .env fills in', () => {
  assert.deepEqual(filesOfCompose(FROM_FILES), ['.env', 'kafka.env', 'local.env'])
  const own = 'KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://localhost:9092\n'
  const files = { '.env': 'PORT=9092\n', 'kafka.env': ENVIRONMENT, 'local.env': own }
  assert.deepEqual(judgeCompose(FROM_FILES, files), { ok: true })
  assert.equal(problemOf(FROM_FILES, { ...files, 'local.env': null }), 'advertised')
  assert.equal(problemOf(FROM_FILES, { ...files, '.env': 'PORT=9093' }), 'port')
})

test('given files outside of the folder, when a compose file names them, then they are not read', () => {
  const text =
    'services: { kafka: { image: apache/kafka, env_file: [/etc/passwd, ../secret, a/../../b, "~/x", ok/k.env] } }'
  assert.deepEqual(filesOfCompose(text), ['.env', 'ok/k.env'])
})

function problemOf(text: string, files: Record<string, string | null>): string {
  const judgement = judgeCompose(text, files)
  return judgement.ok ? 'none' : judgement.problem
}
