import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, it } from 'node:test'
import { startBroker, type ThrowawayBroker } from '../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../cli/shop/fleet.ts'
import { createJsonClient, type JsonClient } from '../../cli/shop/http-client.ts'
import type { Bus, LogRecord } from '../../kit/kafka/bus.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { until } from '../../kit/kafka/scratch.ts'
import { coreEventNames } from '../../services/contracts/catalogue.ts'
import { runLab } from '../run-lab.ts'

/**
 * The shop as processes on a broker of its own, seen from outside: HTTP, topics, standard output. The tests share it and run in this
 * order; each places orders of its own.
 */
const dir = mkdtempSync(path.join(tmpdir(), 'shop-flow-'))
const lines: string[] = []
const PRODUCT = { productId: 201, quantity: 2, amount: 1500, userId: 'ann' }
let broker: ThrowawayBroker
let bus: Bus
let fleet: Fleet
let orders: JsonClient
let stock: JsonClient

before(async () => {
  broker = await startBroker({ dir: path.join(dir, 'kafka') })
  fleet = await startFleet({
    brokers: [broker.brokers],
    dir: path.join(dir, 'data'),
    logDir: path.join(dir, 'logs'),
    shopFile: path.join(dir, 'shop.json'),
    ports: 'free',
    env: { LOG_LEVEL: 'warn', SESSION_TIMEOUT_MS: '6000' },
    onLine: (_service, _instance, line) => lines.push(line),
  })
  await fleet.waitReady()
  bus = createBus({ brokers: [broker.brokers], clientId: 'flow-test', log: () => {} })
  orders = createJsonClient(fleet.url('order'), 4)
  stock = createJsonClient(fleet.url('inventory'), 1)
})

after(async () => {
  orders?.close()
  stock?.close()
  await bus?.close()
  await fleet?.stop()
  await broker?.stop()
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
})

async function place(order: object = PRODUCT, headers: Record<string, string> = {}): Promise<string> {
  const { status, body } = await orders.post('/api/orders', JSON.stringify(order), headers)
  assert.equal(status, 202, body)
  return (JSON.parse(body) as { orderId: string }).orderId
}

const statusOf = async (orderId: string): Promise<string> =>
  (JSON.parse((await orders.get(`/api/orders/${orderId}`)).body) as { status: string }).status
const ends = (orderId: string, status: string) =>
  until(async () => (await statusOf(orderId)) === status, `order ${orderId} is ${status}`, 20_000)
const mails = (orderId: string, words = 'Email Sent') =>
  lines.filter((line) => line.includes(orderId) && line.includes(words)).length

/** What lies on the topics for an order, as type names, sorted; all records with `records`. */
async function events(orderId: string): Promise<{ types: string[]; records: LogRecord[] }> {
  const records: LogRecord[] = []
  await bus.read(coreEventNames, (record) => {
    if (record.key?.toString() === orderId) records.push(record)
  })
  return { types: records.map(({ topic }) => topic).sort(), records }
}

async function available(productId: string): Promise<number> {
  const { stock: shelf } = JSON.parse((await stock.get('/api/stock')).body) as {
    stock: { productId: string; available: number }[]
  }
  return shelf.find((item) => item.productId === productId)?.available ?? 0
}

it('given a good order, when it is placed, then it is paid, reserved and confirmed, with one mail', async () => {
  const orderId = await place()
  await ends(orderId, 'CONFIRMED')
  await until(() => mails(orderId) === 1, 'the mail')
  assert.deepEqual((await events(orderId)).types, ['order-created', 'payment-success', 'stock-reserved'])
  assert.equal(await available('201'), 98)
  const { status } = await orders.post(`/api/orders/${orderId}/cancel`, '{}')
  assert.equal(status, 409, 'an order that has ended cannot be cancelled')
})

it('given events of a finished order, when they are published again, then nothing happens twice', async () => {
  const orderId = await place()
  await ends(orderId, 'CONFIRMED')
  await until(() => mails(orderId) === 1, 'the mail')
  const { records } = await events(orderId)
  const left = await available('201')
  await bus.send(records.map(({ topic, value }) => ({ topic, key: orderId, value: `${value}` })))
  // A later order that went all the way proves that the duplicates before it in its partition were read.
  await untilRead()
  assert.equal((await events(orderId)).records.length, 6, 'three events and their duplicates, nothing new')
  assert.equal(await available('201'), left)
  assert.equal(mails(orderId), 1)
})

/** Until every group has read all there is. */
async function untilRead(): Promise<void> {
  const groups = ['order-group', 'payment-group', 'inventory-group', 'notification-group']
  const lag = async () => (await Promise.all(groups.map((group) => bus.lag(group)))).flat()
  await until(async () => (await lag()).every((one) => one.lag === 0n), 'all is read', 20_000)
}

it('given an Idempotency-Key, when used again, then the same order comes back; with another body it is refused', async () => {
  const key = { 'idempotency-key': 'once-only' }
  const orderId = await place(PRODUCT, key)
  assert.equal(await place(PRODUCT, key), orderId)
  const other = await orders.post('/api/orders', JSON.stringify({ ...PRODUCT, quantity: 3 }), key)
  assert.equal(other.status, 422)
  assert.match(other.body, /Idempotency-Key/)
  await ends(orderId, 'CONFIRMED')
  assert.equal((await events(orderId)).records.length, 3)
})

it('given more than there is, when it is ordered, then it is refunded and cancelled, and nothing is taken', async () => {
  const left = await available('201')
  const orderId = await place({ ...PRODUCT, quantity: 1_000 })
  await ends(orderId, 'CANCELLED')
  await until(() => mails(orderId, 'Cancellation Notice') === 1, 'the cancellation mail')
  await until(async () => (await events(orderId)).types.includes('payment-refunded'), 'the refund')
  const { types } = await events(orderId)
  assert.deepEqual(types, ['order-cancelled', 'order-created', 'payment-refunded', 'payment-success', 'stock-failed'])
  assert.equal(await available('201'), left)
  assert.equal(mails(orderId), 0)
})

it('given a payment service that declines, when an order is placed, then it is cancelled and no stock is touched', async () => {
  await fleet.restart('payment', 0, { PAYMENT_FAIL_RATE: '1' })
  await fleet.waitReady()
  const left = await available('201')
  const orderId = await place()
  await ends(orderId, 'CANCELLED')
  await until(() => mails(orderId, 'Cancellation Notice') === 1, 'the cancellation mail')
  assert.deepEqual((await events(orderId)).types, ['order-cancelled', 'order-created', 'payment-failed'])
  assert.equal(await available('201'), left)
})

it('given a payment service that is down, when an order is placed, then it waits, can be cancelled, and is never charged', async () => {
  await fleet.kill('payment')
  const orderId = await place()
  const waiting = await place()
  const { status } = await orders.post(`/api/orders/${orderId}/cancel`, '{}')
  assert.equal(status, 202)
  assert.equal(await statusOf(waiting), 'PENDING')
  await fleet.restart('payment')
  await fleet.waitReady()
  await ends(waiting, 'CONFIRMED')
  await untilRead()
  const { types } = await events(orderId)
  const charged = types.filter((type) => type === 'payment-success').length
  const refunded = types.filter((type) => type === 'payment-refunded').length
  assert.equal(charged, refunded, `${types}`)
  assert.ok(!types.includes('stock-reserved'))
  assert.equal(await statusOf(orderId), 'CANCELLED')
})

const lab = (...args: string[]) => runLab(args, { KAFKA_BROKERS: broker.brokers, LAB_DIR: dir })

it('given the shop, when orders are placed and measured from the command line, then it tells how they ended', async () => {
  const followed = await lab('order', '--count', '2', '--follow', '--json')
  assert.equal(followed.code, 0, followed.err)
  const stories = followed.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { status: string; mailAt: number })
  assert.deepEqual(
    stories.map(({ status, mailAt }) => [status, mailAt > 0]),
    [
      ['CONFIRMED', true],
      ['CONFIRMED', true],
    ],
  )

  const measured = await lab('load', '--rate', '20', '--seconds', '1', '--json')
  assert.equal(measured.code, 0, measured.err)
  const { planned, accepted, ended, lost, endedMs } = JSON.parse(measured.out)
  assert.deepEqual([planned, accepted, ended, lost], [20, 20, 20, 0])
  assert.ok(endedMs.p50 > 0 && endedMs.p99 >= endedMs.p50)
  assert.equal((await lab('load', '--rate', '0')).code, 2)
  assert.equal((await lab('load', '--rate', '20000', '--seconds', '3600')).code, 2)
})

it('given the shop, when its topics and groups are looked at, then each command answers people and machines', async () => {
  const { topics } = JSON.parse((await lab('topics', '--json')).out) as {
    topics: { topic: string; messages: string }[]
  }
  assert.ok(Number(topics.find(({ topic }) => topic === 'order-created')?.messages) > 20)
  const tail = await lab('tail', 'order-created', '--from-beginning', '--max', '3')
  assert.deepEqual([tail.code, tail.out.trim().split('\n').length], [0, 3])
  assert.match(tail.out, /order-created\/\d @0 {2}key .*"quantity":\d/)
  assert.equal((await lab('tail', 'no-such-topic')).code, 2)
  assert.match((await lab('lag', 'payment-group')).out, /payment-group {2}Stable {2}1 {8}0/)
  const refused = await lab('replay', 'payment-group', 'order-created', '--earliest')
  assert.equal(refused.code, 2)
  assert.match(refused.err, /at work: payment-0[\s\S]*Stop these first/)
})

it('given a stopped service, when its group reads everything again, then its inbox passes over what was handled', async () => {
  const before = (await bus.topics(['payment-success']))[0]!.partitions.map(({ high }) => high)
  await fleet.kill('payment', 0, 'SIGTERM')
  const moved = await lab('replay', 'payment-group', 'order-created', '--earliest', '--json')
  assert.equal(moved.code, 0, moved.err)
  await fleet.restart('payment')
  await fleet.waitReady()
  await untilRead()
  assert.deepEqual(
    (await bus.topics(['payment-success']))[0]!.partitions.map(({ high }) => high),
    before,
  )
})

it('given poison on a topic, when it is looked for, then it lies in the dead letters, and a replay sends it back', async () => {
  await bus.send([{ topic: 'order-created', key: 'poison', value: '{"no":"event"}' }])
  const dlq = 'order-created-dlq'
  await until(async () => (await bus.topics([dlq]))[0]!.partitions[0]!.high === 1n, 'the dead letter', 20_000)
  const { letters } = JSON.parse((await lab('dlq', 'show', 'order-created', '--json')).out)
  assert.deepEqual(
    [letters.length, letters[0].key, letters[0].reason.topic, letters[0].replayed],
    [1, 'poison', 'order-created', false],
  )
  assert.match((await lab('dlq', 'show', dlq, '--offset', '0')).out, /dlq-group {6}payment-group/)
  assert.match((await lab('dlq', 'replay', dlq, '--all')).out, /1 published again/)
  await until(async () => (await bus.topics([dlq]))[0]!.partitions[0]!.high === 2n, 'it is refused again', 20_000)
  const { topics } = JSON.parse((await lab('dlq', 'list', '--json')).out) as { topics: { topic: string }[] }
  assert.deepEqual(
    topics.find(({ topic }) => topic === dlq),
    { topic: dlq, kept: '2', waiting: '1' },
  )
  assert.equal((await lab('dlq', 'replay', dlq)).code, 2)
  assert.equal((await lab('dlq', 'show', dlq, '--offset', '77')).code, 2)
})

it('given the shop, when it is stopped, then each service ends with 0 within 5 s and none is left', async () => {
  const pids = fleet.services.map(({ pid }) => pid)
  const begun = performance.now()
  const exits = (await fleet.stop()).filter(({ pid }) => pids.includes(pid))
  assert.ok(performance.now() - begun < 5_000)
  assert.deepEqual(
    exits.map(({ code }) => code),
    [0, 0, 0, 0],
  )
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  assert.deepEqual(
    (
      await Promise.all(['order', 'payment', 'inventory', 'notification'].map((name) => bus.group(`${name}-group`)))
    ).flatMap(({ members }) => members),
    [],
  )
})
