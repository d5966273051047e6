/** The walk to a crash in the essay on delivery, played as it is printed: the service dies, and after its restart one event stands twice. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { freePort } from '../../cli/shop/ports.ts'
import { statusOf } from '../../cli/shop/ready.ts'
import { until } from '../../kit/kafka/scratch.ts'
import { followLab, runLab } from '../run-lab.ts'
import { blocksOf } from './essay-reader.ts'
import { ownBroker } from './own-broker.ts'

const home = path.resolve(import.meta.dirname, '../..')
const READY_MS = 60_000
const essay = readFileSync(path.join(home, 'answer-key/delivery.md'), 'utf8')
const section = essay.split(/^## /m).find((one) => one.startsWith('The twelve crash points')) ?? ''
const lines = blocksOf(section)
  .filter(({ language }) => language === 'sh')
  .flatMap(({ body }) => body.split('\n'))

const brokers = ownBroker()
const dir = mkdtempSync(path.join(tmpdir(), 'lab-crash-walk-'))
const started: ChildProcess[] = []
after(async () => {
  for (const child of started) if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
})

const environment = () => ({
  KAFKA_BROKERS: brokers(),
  LAB_DIR: path.join(dir, 'lab'),
  DATA_DIR: path.join(dir, 'data'),
  CI: '1',
  NODE_TEST_CONTEXT: undefined,
})

/** A line that starts a service, in a terminal of its own, on a port that is free. */
function start(line: string, port: number): ChildProcess {
  const [, words = '', script = ''] = /^(.*?)node_modules\/\.bin\/node (\S+)$/.exec(line) ?? []
  assert.ok(existsSync(path.join(home, script)), line)
  const settings = Object.fromEntries([...words.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]))
  if (settings.CRASH_LOG) settings.CRASH_LOG = path.join(dir, settings.CRASH_LOG)
  const env = { ...process.env, ...environment(), ...settings, PORT: String(port) }
  const child = spawn(process.execPath, [path.join(home, script)], { cwd: dir, env, stdio: 'ignore' })
  started.push(child)
  return child
}

/** The ids that stand twice in what `lab tail --json` has printed so far. */
const twice = (out: string): string[] => {
  const whole = out.slice(0, out.lastIndexOf('\n') + 1)
  const ids = whole.split('\n').flatMap((line) => /"eventId":"([^"]+)"/.exec(line)?.[1] ?? [])
  return ids.filter((id, at) => ids.indexOf(id) < at)
}

test('given the walk to a crash, when its lines are typed, then payment dies, and after its restart an event stands twice', async () => {
  const [up, order = '', crashing = '', place = '', again = '', tail = ''] = lines
  assert.equal(up, 'lab up')
  assert.match(crashing, /^CRASH_AT=relay\.sent-not-marked /)
  assert.doesNotMatch(again, /CRASH/)

  const [orderPort, paymentPort] = await Promise.all([freePort(), freePort()])
  start(order, orderPort)
  const payment = start(crashing, paymentPort)
  const url = `http://127.0.0.1:${orderPort}`
  for (const at of [url, `http://127.0.0.1:${paymentPort}`])
    await until(async () => (await statusOf(`${at}/ready`)) === 200, `${at} is ready`, READY_MS)

  const words = place.replace('http://127.0.0.1:5000', url).split(' ').slice(1)
  const placed = await runLab(words, environment())
  assert.equal(placed.code, 0, placed.err)
  if (payment.exitCode === null && payment.signalCode === null) await once(payment, 'exit')
  assert.equal(payment.signalCode, 'SIGKILL')
  assert.match(readFileSync(path.join(dir, 'crash.log'), 'utf8'), /relay\.sent-not-marked/)

  start(again, paymentPort)
  const seen = await followLab(tail.split(' ').slice(1), environment(), (out) => twice(out).length > 0)
  assert.ok(twice(seen.out).length > 0, seen.out + seen.err)
})
