/**
 * One order looked at from every side in the whole shop, on a real Kafka: followed through one instance while it is placed at another, looked back at, its
 * money given back by a person, its read side rebuilt while the shop runs.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startBroker, type ThrowawayBroker } from '../../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../../cli/shop/fleet.ts'
import { until } from '../../../kit/kafka/scratch.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'shop-one-order-'))
const PATIENCE_MS = 90_000
let broker: ThrowawayBroker
let fleet: Fleet

before(async () => {
  broker = await startBroker({ dir: path.join(dir, 'kafka') })
  fleet = await startFleet({
    ...{ brokers: [broker.brokers], dir: path.join(dir, 'data'), logDir: path.join(dir, 'logs'), ports: 'free' },
    services: [{ name: 'order', instances: 2 }, ...['payment', 'inventory', 'shipping'].map((name) => ({ name }))],
    env: { SHOP: 'whole', LOG_LEVEL: 'warn', STOCK: '{"201":1000}', CARRIER_STEP_MS: '0' },
  })
  await fleet.waitReady(PATIENCE_MS)
})

after(async () => {
  await fleet?.stop()
  await broker?.stop()
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
})

type Json = Record<string, unknown>
const orderUrl = (instance: number): string =>
  fleet.services.filter(({ name }) => name === 'order').map(({ url }) => url)[instance]!

const ask = async (url: string, body?: object): Promise<{ status: number; body: Json }> => {
  const options = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) })
  return { status: response.status, body: (await response.json()) as Json }
}

const place = async (quantity = 1): Promise<string> => {
  const order = { userId: 'ann', productId: 201, quantity, amount: 1500 }
  const { status, body } = await ask(`${orderUrl(0)}/api/orders`, order)
  assert.equal(status, 202, JSON.stringify(body))
  return String(body.orderId)
}

/** All that the stream tells until it ends by itself. */
const followed = async (orderId: string, instance: number): Promise<string[]> => {
  const url = `${orderUrl(instance)}/api/orders/${orderId}/stream`
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
  assert.match(response.headers.get('content-type') ?? '', /event-stream/)
  return [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!).status)
}

const ended = async (orderId: string): Promise<void> =>
  until(
    async () => (await ask(`${orderUrl(0)}/api/orders/${orderId}`)).body.status !== 'PENDING',
    `order ${orderId} has ended`,
    PATIENCE_MS,
  )

const eventTypes = ({ events }: Json): string[] =>
  (events as { event: { eventType: string } }[]).map(({ event }) => event.eventType)

it('given two instances, when an order is placed at one and followed at the other, then its end is told there, and the stream ends', async () => {
  const orderId = await place()
  const told = await followed(orderId, 1)
  assert.equal(told.at(-1), 'CONFIRMED')
  assert.deepEqual([...new Set(told)], told, 'no status is told twice')
  assert.deepEqual(await followed(orderId, 0), ['CONFIRMED'])
})

it('given an order that is confirmed, when it is looked back at, then each entry shows what it was, and its trail is complete', async () => {
  const orderId = await place()
  await ended(orderId)
  const url = `${orderUrl(1)}/api/orders/${orderId}/history`
  const now = await ask(url)
  const types = eventTypes(now.body)
  for (const type of ['order-created', 'payment-success', 'stock-reserved', 'shipping.shipment.created'])
    assert.ok(types.includes(type), `${type} is missing in ${types}`)
  assert.equal((now.body.order as Json).status, 'CONFIRMED')
  const completed = types.indexOf('order.order.completed') + 1
  const before = await ask(`${url}?at=${completed - 1}`)
  assert.equal((before.body.order as Json).status, 'PENDING')
  assert.deepEqual(eventTypes(before.body), types.slice(0, completed - 1))
  const never = await ask(`${url}?at=2001-01-01T00:00:00Z`)
  assert.deepEqual(never.body, { orderId, order: null, events: [] })
  const wrong = await ask(`${url}?at=yesterday`)
  assert.equal(wrong.status, 400)
  assert.match(JSON.stringify(wrong.body), /"field":"at"/)
  for (const what of ['history', 'stream'])
    assert.equal((await ask(`${orderUrl(0)}/api/orders/nobody/${what}`)).status, 404)
})

it('given a paid order, when a person gives the money back twice, then it goes back once, and the order hears of it', async () => {
  const orderId = await place()
  await ended(orderId)
  const url = `${fleet.url('payment')}/api/payments/${orderId}/refund`
  for (let i = 0; i < 2; i++) {
    const { status, body } = await ask(url, { reason: 'it came too late' })
    assert.deepEqual([status, body.status, body.reason], [200, 'REFUNDED', 'it came too late'])
  }
  const refunds = async () =>
    eventTypes((await ask(`${orderUrl(0)}/api/orders/${orderId}/history`)).body).filter(
      (one) => one === 'payment-refunded',
    )
  await until(async () => (await refunds()).length === 1, 'the refund is in the trail', PATIENCE_MS)
  const missing = await ask(url, {})
  assert.equal(missing.status, 400)
  assert.match(JSON.stringify(missing.body), /"field":"reason"/)
  assert.equal((await ask(`${fleet.url('payment')}/api/payments/nobody/refund`, { reason: 'r' })).status, 404)
})

it('given more than there is, when it was ordered and refunded by the saga, then a person may ask again and is told so', async () => {
  const orderId = await place(5_000)
  await ended(orderId)
  const payment = async () => (await ask(`${fleet.url('payment')}/api/payments/${orderId}`)).body
  await until(async () => (await payment()).status === 'REFUNDED', 'the money is back', PATIENCE_MS)
  const again = await ask(`${fleet.url('payment')}/api/payments/${orderId}/refund`, { reason: 'please' })
  assert.deepEqual([again.status, again.body], [200, await payment()])
})

it('given the shop at work, when the read side is rebuilt by its command, then it answers as before', async () => {
  const list = async () => (await ask(`${orderUrl(0)}/api/orders`)).body.orders
  const before = await list()
  const command = fileURLToPath(new URL('../../../services/order/rebuild.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [command], {
    env: { DATA_DIR: path.join(dir, 'data') },
    timeout: PATIENCE_MS,
  })
  assert.match(stdout, /Rebuilt the read side of 4 orders\./)
  assert.deepEqual(await list(), before)
})
