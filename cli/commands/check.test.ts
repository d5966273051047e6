/** `lab check` as a process of its own, on a broker of its own: what it refuses, what it spares and what an interrupt leaves. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { startBroker, type ThrowawayBroker } from '../broker/throwaway.ts'

const MAIN = path.resolve(import.meta.dirname, '../main.ts')
let dir: string
let broker: ThrowawayBroker

before(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'lab-check-'))
  broker = await startBroker({ dir })
})
after(async () => {
  await broker?.kill9()
  await rm(dir, { recursive: true, force: true, maxRetries: 5 })
})

/** A shop whose every program is this one. */
async function shopOf(t: TestContext, program: string): Promise<string> {
  const workspace = await mkdtemp(path.join(tmpdir(), 'lab-check-'))
  t.after(() => rm(workspace, { recursive: true, force: true, maxRetries: 5 }))
  const run = 'node shop.mjs'
  const services = { order: { run }, payment: { run }, inventory: { run }, notification: { run } }
  const commands = { topics: run, 'create-event': run, publish: run, test: run }
  await writeFile(path.join(workspace, 'shop.mjs'), program)
  await writeFile(path.join(workspace, 'lab.json'), JSON.stringify({ contract: 1, services, commands }))
  return workspace
}

function labCheck(t: TestContext, ...args: string[]) {
  const env = { ...process.env, KAFKA_BROKERS: broker.brokers }
  const child = spawn(process.execPath, [MAIN, 'check', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ended, said: () => said }
}

async function until(what: string, holds: () => boolean, said: () => string): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!holds()) {
    if (performance.now() > deadline) assert.fail(`${what} did not come. Said: ${said()}`)
    await pause(20)
  }
}

test('given KAFKA_BROKERS and no word that it may be used, when lab check is run, then it refuses with 2 and names the word', async (t) => {
  const { ended, said } = labCheck(t, 'a', '--workspace', await shopOf(t, ''))
  assert.equal(await ended, 2)
  assert.match(said(), /KAFKA_BROKERS names a broker of your own \([^)]*\), and a check deletes the seven core topics/)
  assert.match(said(), /--yes-use-this-broker/)
})

test('given a topic and a group that are not of the shop, when a check makes the core topics anew, then both are as they were', async (t) => {
  const [topic, group] = [`orders-of-others-${randomUUID()}`, `others-${randomUUID()}`]
  const bus = createBus({ brokers: [broker.brokers], clientId: 'others', log: () => {} })
  t.after(() => bus.close())
  await bus.createTopics([{ topic, partitions: 1 }])
  await bus.send([1, 2].map((n) => ({ topic, key: 'k', value: `${n}` })))
  await bus.setOffsets(group, topic, new Map([[0, 1n]]))
  const { ended, said } = labCheck(t, 'A3', '--yes-use-this-broker', '--workspace', await shopOf(t, 'process.exit(1)'))
  assert.equal(await ended, 1, said())
  const [lag] = await bus.lag(group, [topic])
  assert.deepEqual([lag?.committed, lag?.high], [1n, 2n])
})

test('given a check at work, when Ctrl-C comes, then it ends with 130 and none of its programs is left', async (t) => {
  const noted = "import { appendFileSync } from 'node:fs'; appendFileSync('pids', process.pid + ' ')"
  const forever = `${noted}; setInterval(() => {}, 1000)`
  const workspace = await shopOf(t, forever)
  const { child, ended, said } = labCheck(t, 'B1', '--yes-use-this-broker', '--workspace', workspace)
  const file = path.join(workspace, 'pids')
  const pids = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').map(Number) : [])
  await until('all four programs of the shop', () => pids().length === 4, said)
  child.kill('SIGINT')
  assert.equal(await ended, 130, said())
  for (const pid of pids()) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})
