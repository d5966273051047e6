/** The page on operations: its links, code and commands are real, and the commands of its blocks are walked on a broker. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startBroker, type ThrowawayBroker } from '../../cli/broker/throwaway.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { followLab, runLab } from '../run-lab.ts'
import { anchorsOf, blocksOf, commandsIn, linksOf } from './essay-reader.ts'
import { commandProblems } from './shown-commands.ts'

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

const walked = [
  ...new Set(
    blocksOf(text)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ body }) => body.split('\n')),
  ),
]
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line.startsWith('lab '))
  .map((line) => line.slice(4).split(/\s+/))

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
const ENDS: Readonly<Record<string, readonly number[]>> = { doctor: [0, 1], logs: [0, 2], tail: [0, 130] }

describe('given the page, when what its blocks show is typed', { concurrency: 4 }, () => {
  for (const words of walked) {
    test(`then lab ${words.join(' ')} works`, async () => {
      const env = {
        KAFKA_BROKERS: broker.brokers,
        LAB_DIR: path.join(dir, 'lab'),
        CI: '1',
        NODE_TEST_CONTEXT: undefined,
      }
      const isEndless = words[0] === 'tail' && !words.includes('--max')
      const { code, out, err } = await (isEndless ? followLab(words, env, (said) => said !== '') : runLab(words, env))
      assert.ok((ENDS[words[0] ?? ''] ?? [0]).includes(code), `${code}\n${out}${err}`)
      assert.notEqual(`${out}${err}`.trim(), '')
    })
  }
})

test('given the page, when its blocks are walked, then there were commands of seven kinds or more', () => {
  assert.ok(new Set(walked.map(([name]) => name)).size >= 7)
})
