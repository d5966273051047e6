/** The page on operations: its links, code and commands are real, and the commands of its blocks are walked on a broker. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { layParts } from '../../cli/author/lay.ts'
import { fetchJars, findJars, toolJars } from '../../cli/broker/jars.ts'
import { findJava } from '../../cli/broker/java.ts'
import { JVM_FLAGS, SHORT_LIVED } from '../../cli/broker/settings.ts'
import { startBroker, type ThrowawayBroker } from '../../cli/broker/throwaway.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { followLab, runLab } from '../run-lab.ts'
import { anchorsOf, blocksOf, commandsIn, linksOf } from './essay-reader.ts'
import { commandProblems } from './shown-commands.ts'

const run = promisify(execFile)
const home = path.resolve(import.meta.dirname, '../..')
const page = path.join(home, 'docs/operations.md')
const text = readFileSync(page, 'utf8')

test('given the page, when its links are followed, then each leads to a file, and each anchor to a place in it', () => {
  for (const link of linksOf(text)) {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? page : path.resolve(path.dirname(page), file)
    assert.ok(existsSync(target), link)
    if (anchor !== undefined) assert.ok(anchorsOf(readFileSync(target, 'utf8')).has(anchor), link)
  }
})

test('given the page, when it quotes a file, then that says so', () => {
  for (const { file, body } of blocksOf(text))
    if (file !== null) assert.ok(readFileSync(path.join(home, file), 'utf8').includes(body), file)
})

test('given the page, when it shows a command, then lab has it, with the options shown', async () => {
  assert.deepEqual(await commandProblems(commandsIn(text)), [])
})

test('given the list of symptoms, when it is compared with the sections, then none is missing', () => {
  for (const symptom of [
    'refused',
    'hangs',
    'No messages',
    'twice',
    'stands still',
    'Lag',
    'Rebalances',
    'Dead letters',
    'slow',
    'Port 5000',
    'Watch mode',
  ])
    assert.match(text, new RegExp(`^## .*${symptom}`, 'm'), symptom)
})

const typed = [
  ...new Set(
    blocksOf(text)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ body }) => body.split('\n')),
  ),
].map((line) => line.replace(/\s+#.*$/, '').trim())
/** `lab check` empties topics, so it is walked at the end, alone. */
const watching = 'lab check a --watch --poll'
const walked = typed
  .filter((line) => line.startsWith('lab ') && line !== watching)
  .map((line) => line.slice(4).split(/\s+/))
const tools = typed.filter((line) => /^kafka-[a-z-]+\.sh /.test(line))

let dir: string
let broker: ThrowawayBroker

const event = (id: string): string =>
  JSON.stringify({ eventId: id, eventType: 'order-created', timestamp: '2026-01-01T00:00:00Z', data: { orderId: id } })

before(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'lab-operations-'))
  broker = await startBroker({ dir })
  const bus = createBus({ brokers: [broker.brokers], clientId: 'operations' })
  const topics = ['order-created', 'payment-success', 'order-created-dlq']
  await bus.createTopics(topics.map((topic) => ({ topic, partitions: 1 })))
  const reason = {
    'dlq-topic': 'order-created',
    'dlq-partition': '0',
    'dlq-offset': '0',
    'dlq-group': 'payment-group',
    'dlq-error': 'no amount',
    'dlq-attempts': '4',
    'dlq-at': '2026-01-01T00:00:00Z',
  }
  await bus.send([
    { topic: 'order-created', key: 'o-1', value: event('o-1') },
    { topic: 'order-created', key: 'o-2', value: event('o-2') },
    { topic: 'payment-success', key: 'o-1', value: event('o-1') },
    { topic: 'payment-success', key: 'o-1', value: event('o-1') },
    { topic: 'order-created-dlq', key: 'o-1', value: event('o-1'), headers: reason },
  ])
  await bus.setOffsets('payment-group', 'order-created', new Map([[0, 1n]]))
  await bus.close()
})
after(async () => {
  await broker?.kill9()
  await rm(dir, { recursive: true, force: true, maxRetries: 5 })
})

/** What a command may end with: the doctor of a machine that lacks something says so, a lab without services has no logs, and 130 is Ctrl-C. */
const ENDS: Readonly<Record<string, readonly number[]>> = {
  doctor: [0, 1],
  logs: [0, 2],
  lag: [0, 130],
  tail: [0, 130],
}

/** What a reader sees of a shop in which one event came twice, payment has stopped before its last order, and one event was given up. */
const SHOWS: Readonly<Record<string, RegExp>> = {
  'tail payment-success --from-beginning --json': /"eventId":"(.+?)"[\s\S]*\n.*"offset":"1".*"eventId":"\1"/,
  'lag payment-group': /payment-group +\w+ +0 +[12]\n[\s\S]*order-created +0 +1 +[23] +[12]/,
  'dlq list': /order-created-dlq.* 1/,
}

const environment = () => ({
  KAFKA_BROKERS: broker.brokers,
  LAB_DIR: path.join(dir, 'lab'),
  CI: '1',
  NODE_TEST_CONTEXT: undefined,
})

describe('given the page, when what its blocks show is typed', { concurrency: 4 }, () => {
  for (const words of walked) {
    const line = words.join(' ')
    const shows = SHOWS[line] ?? /\S/
    test(`then lab ${line} works${line in SHOWS ? ', and shows the symptom' : ''}`, async () => {
      const isEndless = (words[0] === 'tail' && !words.includes('--max')) || words.includes('--watch')
      const ended = isEndless
        ? await followLab(words, environment(), (said) => shows.test(said))
        : await runLab(words, environment())
      const { code, out, err } = ended
      assert.ok((ENDS[words[0] ?? ''] ?? [0]).includes(code), `${code}\n${out}${err}`)
      assert.match(line in SHOWS ? out : `${out}${err}`, shows)
    })
  }
})

/** What each script of a Kafka distribution starts: the lab's own broker comes without them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'kafka-broker-api-versions.sh': 'org.apache.kafka.tools.BrokerApiVersionsCommand',
  'kafka-configs.sh': 'kafka.admin.ConfigCommand',
  'kafka-consumer-groups.sh': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
}

test('given the page, when its lines for the tools of Kafka are typed, then they work', {
  timeout: 240_000,
}, async (t) => {
  const { java } = await findJava(process.env)
  assert.ok(java, 'the broker of this test runs on it')
  const jars = [
    await toolJars(process.env, t.signal),
    findJars(process.env) ?? (await fetchJars(process.env, t.signal)),
  ]
  const classPath = jars.map((folder) => path.join(folder, '*')).join(path.delimiter)
  for (const line of tools) {
    const [tool = '', ...words] = line.replace('localhost:9092', broker.brokers).split(/\s+/)
    const program = PROGRAMS[tool]
    assert.ok(program !== undefined, `${line}: what does it start?`)
    const { stdout, stderr } = await run(
      java.program,
      [...JVM_FLAGS, ...SHORT_LIVED, '-cp', classPath, program, ...words],
      { timeout: 30_000 },
    )
    const said = stdout + stderr
    assert.doesNotMatch(said, /Exception|not a recognized option|Error:/, line)
    if (/--(describe|list)/.test(line)) assert.match(said, /refunds|payment-group|order-created/, line)
  }
})

test('given the page, when its lines for the tools of Kafka are read, then topics are made before they are used, and all name the broker', () => {
  assert.ok(tools.length >= 12)
  for (const line of tools) assert.match(line, /^kafka-[a-z-]+\.sh --bootstrap-server localhost:9092( |$)/)
  const ofTopic = tools.filter((line) => line.includes('--topic refunds'))
  assert.match(ofTopic[0] ?? '', /--create/)
  assert.match(ofTopic.at(-1) ?? '', /--delete/)
})

test('given a shop that is watched by the clock, when that is typed, then it checks and waits for the next change', async () => {
  assert.ok(typed.includes(watching))
  const shop = path.join(dir, 'my-shop')
  await layParts(['a'], shop, 'solution')
  const words = [...watching.slice(4).split(' '), '--workspace', shop, '--yes-use-this-broker']
  const { out, err } = await followLab(words, environment(), (said) => /A\d/.test(said))
  assert.match(out, /A\d/, err)
})

test('given the page, when its blocks are walked, then there were commands of seven kinds or more', () => {
  assert.ok(new Set(walked.map(([name]) => name)).size >= 7)
})
