import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { startBroker, type ThrowawayBroker } from '../../../cli/broker/throwaway.ts'
import type { FaultState } from '../../../cli/shop/faults/fault-desk.ts'
import { isStopped } from '../../../cli/shop/faults/levers/processes.ts'
import { createJsonClient } from '../../../cli/shop/http-client.ts'
import type { Bus } from '../../../kit/kafka/bus.ts'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { consumedBy, groupOf } from '../../../services/contracts/catalogue.ts'
import { runLab } from '../../run-lab.ts'

/** A shop that is not ours, written from the contract alone, run by `lab run` and broken from another terminal. */
const HOME = path.resolve(import.meta.dirname, '../../..')
const dir = mkdtempSync(path.join(tmpdir(), 'student-toggles-'))
const PATIENCE_MS = 60_000
let broker: ThrowawayBroker
let bus: Bus
let child: ChildProcess
const heard: Record<string, unknown>[] = []

interface Ready {
  readonly services: readonly { readonly name: string; readonly url: string; readonly pid: number }[]
}
const ready = (): Ready | undefined => heard.find(({ type }) => type === 'ready') as Ready | undefined
const serviceOf = (name: string) => ready()!.services.find((service) => service.name === name)!

before(async () => {
  broker = await startBroker({ dir: path.join(dir, 'kafka') })
  bus = createBus({ brokers: [broker.brokers], clientId: 'toggles-test', log: () => {} })
  const args = ['run', '--workspace', path.join(HOME, 'tests/course/other-shop'), '--json', '--no-dashboard']
  child = spawn(process.execPath, [path.join(HOME, 'cli/main.ts'), ...args], {
    env: { ...process.env, ...env() },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  createInterface({ input: child.stdout! }).on('line', (line) => heard.push(JSON.parse(line)))
  await until(() => ready() !== undefined, 'the shop is ready', PATIENCE_MS)
})

after(async () => {
  const hasEnded = child === undefined || child.exitCode !== null || child.signalCode !== null
  const ended = hasEnded ? undefined : once(child, 'close')
  child?.kill('SIGTERM')
  await ended
  await bus?.close()
  await broker?.stop()
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
})

const env = () => ({ LAB_DIR: path.join(dir, 'lab'), KAFKA_BROKERS: broker.brokers })

/** `lab …` in another terminal; its answer in JSON. */
const lab = async <T>(code: number, ...args: string[]): Promise<T> => {
  const ended = await runLab([...args, '--json'], env())
  assert.equal(ended.code, code, ended.err)
  return JSON.parse(ended.out)
}

const confirmed = async (...args: string[]): Promise<FaultState> => {
  const state = await lab<FaultState>(0, 'break', ...args)
  assert.equal(state.phase, 'confirmed')
  return state
}

const ask = async (method: 'get' | 'post', place: string, body = ''): Promise<Record<string, unknown>> => {
  const client = createJsonClient(serviceOf('order').url, 1)
  try {
    return JSON.parse((await (method === 'get' ? client.get(place) : client.post(place, body))).body)
  } finally {
    client.close()
  }
}

const placeOrder = async (): Promise<string> => {
  const { orderId } = await ask('post', '/api/orders', '{"userId":"ann","productId":201,"quantity":1,"amount":750}')
  return String(orderId)
}
const isConfirmed = (orderId: string) =>
  until(
    async () => (await ask('get', `/api/orders/${orderId}`)).status === 'CONFIRMED',
    `${orderId} is confirmed`,
    PATIENCE_MS,
  )
/** Services whose process is gone, in this order. */
const ended = () => heard.filter(({ type }) => type === 'end').map(({ service }) => service)
const lagOf = async (service: string): Promise<bigint> =>
  (await bus.lag(groupOf(service), consumedBy(service))).reduce((sum, { lag }) => sum + lag, 0n)
const mailed = (orderId: string): boolean =>
  heard.some(
    ({ type, service, line }) => type === 'line' && service === 'notification' && String(line).includes(orderId),
  )

test('given a student’s shop, when its toggles are listed, then those from outside are there and the others say why not', async () => {
  const { faults } = await lab<{ faults: FaultState[] }>(0, 'break')
  const open = faults.filter(({ phase }) => phase === 'off').map(({ id }) => id)
  assert.deepEqual(open, ['kill', 'freeze', 'pause', 'duplicate', 'reorder', 'poison'])
  for (const { id, phase, reason } of faults) if (!open.includes(id)) assert.ok(phase === 'unavailable' && reason, id)
  const refused = await lab<{ error: { code: string; remedy: string } }>(2, 'break', 'decline')
  assert.match(refused.error.remedy, /reference shop/)
})

test('given its processes, when one is paused or killed and mended, then the shop goes on where it was', async () => {
  await isConfirmed(await placeOrder())
  await confirmed('pause', '--service', 'notification', '--for', '0')
  const orderId = await placeOrder()
  await isConfirmed(orderId)
  assert.deepEqual(ended(), ['notification'])
  assert.equal(mailed(orderId), false)
  await lab(0, 'mend', 'pause')
  await until(() => mailed(orderId), 'the mail', PATIENCE_MS)
  await confirmed('kill', '--service', 'payment', '--for', '0')
  const waiting = await placeOrder()
  await until(async () => (await lagOf('payment')) > 0n, 'the order waits in Kafka', PATIENCE_MS)
  assert.equal((await ask('get', `/api/orders/${waiting}`)).status, 'PENDING')
  await lab(0, 'mend', 'kill')
  await isConfirmed(waiting)
  assert.deepEqual(ended(), ['notification', 'payment'])
})

test('given its port is another program’s by now, when a service is mended, then that is said, and mending works once it is free', async () => {
  const { url } = serviceOf('payment')
  await confirmed('pause', '--service', 'payment', '--for', '0')
  const stranger = createServer((_, response) => response.end('a stranger'))
  await once(stranger.listen(Number(new URL(url).port), '127.0.0.1'), 'listening')
  try {
    const refused = await lab<{ error: { message: string; remedy: string } }>(3, 'mend', 'pause')
    assert.match(refused.error.message, /payment cannot come back: .* took its port \d+/)
  } finally {
    stranger.close()
    stranger.closeAllConnections()
  }
  await lab(0, 'mend', 'pause')
  await isConfirmed(await placeOrder())
})

test('given its processes, when one is frozen, then it stands still until it is mended', async () => {
  const { pid } = serviceOf('inventory')
  await confirmed('freeze', '--service', 'inventory', '--for', '0')
  assert.ok(await isStopped(pid))
  const orderId = await placeOrder()
  await until(async () => (await lagOf('inventory')) > 0n, 'the paid order waits in Kafka', PATIENCE_MS)
  assert.equal((await ask('get', `/api/orders/${orderId}`)).status, 'PENDING')
  assert.ok(await isStopped(pid))
  assert.deepEqual(await lab(0, 'mend', 'all'), { mended: ['freeze'] })
  await isConfirmed(orderId)
})

test('given its log, when events come again, out of order, or make no sense, then that is seen in the log and the shop lives', async () => {
  await isConfirmed(await placeOrder())
  assert.equal((await confirmed('duplicate', '--set', 'topic=payment-success', 'last=2')).injected, 2)
  assert.equal((await confirmed('reorder', '--set', 'topic=payment-success', 'last=3')).injected, 3)
  assert.equal((await confirmed('poison', '--set', 'kind=wrong-type', 'count=2')).injected, 2)
  await isConfirmed(await placeOrder())
})
