import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { probe } from './probe.ts'
import { gone, processRef } from './process.ts'
import type { BrokerPlace } from './settings.ts'
import { brokerFiles, prepareStorage } from './storage.ts'
import { requireJvm, startBroker, type ThrowawayBroker } from './throwaway.ts'

const dir = mkdtempSync(path.join(os.tmpdir(), 'throwaway-'))
let broker: ThrowawayBroker
before(async () => {
  broker = await startBroker({ dir })
})
after(async () => {
  await broker.kill9()
  rmSync(dir, { recursive: true, force: true })
})

async function topics(): Promise<string[]> {
  const bus = createBus({ brokers: [broker.brokers], clientId: 'throwaway-test' })
  try {
    return (await bus.topics()).map(({ topic }) => topic)
  } finally {
    await bus.close()
  }
}

test('given a broker that is frozen, when it is asked, then it is silent until it is thawed', async () => {
  await broker.freeze()
  assert.equal((await probe(broker.brokers, 300)).kind, 'silent')
  await broker.thaw()
  const answer = await probe(broker.brokers)
  assert.deepEqual(answer.kind === 'ready' && answer.brokers, [broker.brokers])
})

test('given a topic, when the broker is killed and restarted, then it is there again on the same port', async () => {
  const bus = createBus({ brokers: [broker.brokers], clientId: 'throwaway-test' })
  await bus.createTopics([{ topic: 'kept', partitions: 1 }])
  await bus.close()
  const before = broker.pid()
  await broker.kill9()
  assert.equal((await probe(broker.brokers)).kind, 'silent')
  await broker.restart()
  assert.notEqual(broker.pid(), before)
  assert.ok((await topics()).includes('kept'))
})

test('given a port that another takes before the broker does, when it starts, then it takes the next', async (t) => {
  const fresh = mkdtempSync(path.join(os.tmpdir(), 'robbed-'))
  const thief = createServer()
  t.after(() => {
    thief.close()
    rmSync(fresh, { recursive: true, force: true })
  })
  const chosen: number[] = []
  const settings = ({ port }: BrokerPlace) => {
    if (chosen.push(port) === 1) thief.listen(port, '127.0.0.1')
    return ''
  }
  const own = await startBroker({ dir: fresh, settings })
  t.after(() => own.kill9())
  assert.deepEqual(chosen.slice(1), [own.port])
  assert.notEqual(own.port, chosen[0])
})

test('given a broker that has just started, when topics are made, then each partition takes records at once', async (t) => {
  const fresh = mkdtempSync(path.join(os.tmpdir(), 'fresh-'))
  const own = await startBroker({ dir: fresh })
  const bus = createBus({ brokers: [own.brokers], clientId: 'throwaway-test' })
  t.after(async () => {
    await bus.close()
    await own.kill9()
    rmSync(fresh, { recursive: true, force: true })
  })
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const places = names.flatMap((topic) => Array.from({ length: 12 }, () => ({ topic, key: null, value: 'x' })))
  await bus.createTopics(names.map((topic) => ({ topic, partitions: 12 })))
  await bus.send(places)
  const ends = (await bus.topics(names)).flatMap(({ partitions }) => partitions)
  assert.equal(
    ends.reduce((sum, { high }) => sum + high, 0n),
    BigInt(places.length),
  )
})

test('given a broker that is killed, when it had to unpack libraries to compress, then they lie in its own folder', async () => {
  const bus = createBus({ brokers: [broker.brokers], clientId: 'throwaway-test' })
  const compressed = ['lz4', 'snappy'].map((codec) => ({
    topic: codec,
    partitions: 1,
    config: { 'compression.type': codec },
  }))
  await bus.createTopics(compressed)
  await bus.send(compressed.map(({ topic }) => ({ topic, key: null, value: 'x' })))
  await bus.close()
  await broker.kill9()
  const left = readdirSync(path.join(dir, 'tmp')).join(' ')
  assert.match(left, /liblz4/)
  assert.match(left, /libsnappy/)
  await broker.restart()
  assert.deepEqual(readdirSync(path.join(dir, 'tmp')), [], 'nor do they add up')
})

test('given data that runs, when a second broker is started on it, then it is refused and the first one lives', async () => {
  await assert.rejects(startBroker({ dir }), { name: 'LabError', code: 'data-in-use' })
  assert.equal((await probe(broker.brokers)).kind, 'ready')
})

test('given an owner that is killed, when it is gone, then its broker is gone too', async () => {
  const other = mkdtempSync(path.join(os.tmpdir(), 'orphan-'))
  try {
    const module = path.join(import.meta.dirname, 'throwaway.ts')
    const script = `import { startBroker } from ${JSON.stringify(module)}
console.log((await startBroker({ dir: ${JSON.stringify(other)} })).pid())`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = (await once(owner.stdout, 'data')) as [Buffer]
    const jvm = await processRef(Number(said.toString()))
    assert.ok(jvm)
    owner.kill('SIGKILL')
    assert.ok(await gone(jvm, 10_000))
  } finally {
    rmSync(other, { recursive: true, force: true })
  }
})

test('given a data folder that was half written, when it is prepared, then it is formatted anew unless it holds topics', async () => {
  const half = mkdtempSync(path.join(os.tmpdir(), 'half-'))
  try {
    const files = brokerFiles(half)
    const jvm = await requireJvm(process.env, new AbortController().signal)
    writeFileSync(files.properties, readFileSync(path.join(dir, 'server.properties'), 'utf8').replaceAll(dir, half))
    writeFileSync(files.log4j, '')
    const first = await prepareStorage(files, jvm)
    assert.equal(await prepareStorage(files, jvm), first)
    unlinkSync(files.formatted)
    const second = await prepareStorage(files, jvm)
    assert.notEqual(second, first)
    assert.ok(existsSync(files.formatted))
    mkdirSync(path.join(files.data, 'orders-0'))
    unlinkSync(path.join(files.data, 'meta.properties'))
    await assert.rejects(prepareStorage(files, jvm), { code: 'half-written-data', remedy: /lab clean/ })
    assert.ok(existsSync(path.join(files.data, 'orders-0')))
  } finally {
    rmSync(half, { recursive: true, force: true })
  }
})

test('given a folder with a space and an umlaut and a shell without a locale, when a broker starts there, then its topics lie there', async (t) => {
  const before = process.env.LC_ALL
  process.env.LC_ALL = 'C'
  const parent = mkdtempSync(path.join(os.tmpdir(), 'throwaway-'))
  const folder = path.join(parent, 'Übung 1 日本')
  mkdirSync(folder)
  t.after(() => {
    if (before === undefined) delete process.env.LC_ALL
    else process.env.LC_ALL = before
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 })
  })
  const own = await startBroker({ dir: folder })
  t.after(() => own.kill9())
  const bus = createBus({ brokers: [own.brokers], clientId: 'throwaway-test' })
  t.after(() => bus.close())
  await bus.createTopics([{ topic: 'here', partitions: 1 }])
  await bus.send([{ topic: 'here', key: null, value: 'x' }])
  assert.ok(existsSync(path.join(folder, 'data', 'here-0')))
})
