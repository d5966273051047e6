/**
 * Orders that the order service leads step by step, on a real Kafka and seen from outside: every way that they can end, participants that are away, an
 * order service that is killed at each point of each step, and the operator's ways out. The tests share the shop and run in this order.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, it } from 'node:test'
import { startBroker, type ThrowawayBroker } from '../../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../../cli/shop/fleet.ts'
import { createJsonClient, type JsonClient } from '../../../cli/shop/http-client.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { faultsOf, readBooks, unsentOf } from './books.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'shop-orchestration-'))
const SERVICES = ['order', 'payment', 'inventory', 'shipping', 'notification']
const STOCK = { '201': 100_000, '202': 0 }
const PRODUCT = { productId: 201, quantity: 2, amount: 1500, userId: 'ann', saga: 'orchestration' }
const PATIENCE_MS = 90_000
const QUICK = { SAGA_DEADLINE_MS: '400', SAGA_TRIES: '2' }
let broker: ThrowawayBroker
let fleet: Fleet
let orders: JsonClient
const accepted: string[] = []

interface SagaView {
  readonly status: string
  readonly state: string
  readonly path: readonly string[]
  readonly undo: readonly string[]
  readonly awaited: { readonly command: string; readonly tries: number; readonly deadline: string | null } | null
  readonly sequence: number
  readonly attention: string | null
  readonly settledByHand: readonly { readonly command: string; readonly reason: string }[]
}

before(async () => {
  broker = await startBroker({ dir: path.join(dir, 'kafka') })
  fleet = await startFleet({
    ...{ brokers: [broker.brokers], dir: path.join(dir, 'data'), logDir: path.join(dir, 'logs'), ports: 'free' },
    services: SERVICES.map((name) => ({ name })),
    env: {
      ...{ SHOP: 'whole', LOG_LEVEL: 'warn', SESSION_TIMEOUT_MS: '3000', STOCK: JSON.stringify(STOCK) },
      ...{ CARRIER_STEP_MS: '0', CARRIER_FAIL_RATE: '0' },
    },
  })
  await fleet.waitReady(PATIENCE_MS)
  orders = createJsonClient(fleet.url('order'), 8)
})

after(async () => {
  orders?.close()
  await fleet?.stop()
  await broker?.stop()
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
})

async function place(order: object = PRODUCT): Promise<string> {
  const { status, body } = await orders.post('/api/orders', JSON.stringify(order))
  assert.equal(status, 202, body)
  const { orderId } = JSON.parse(body) as { orderId: string }
  accepted.push(orderId)
  return orderId
}
const json = async <T>(url: string): Promise<T> => {
  const { status, body } = await orders.get(url)
  assert.equal(status, 200, body)
  return JSON.parse(body) as T
}
const sagaOf = (orderId: string) => json<SagaView>(`/api/sagas/${orderId}`)
const orderOf = (orderId: string) => json<{ status: string; reason: string | null }>(`/api/orders/${orderId}`)
const ends = (orderId: string, status: string): Promise<void> =>
  until(async () => (await orderOf(orderId)).status === status, `${orderId} is ${status}`, PATIENCE_MS)

const restart = async (name: string, env: Record<string, string> = {}): Promise<void> => {
  await fleet.restart(name, 0, env)
  await fleet.waitReady(PATIENCE_MS)
}

it('given a shop where all goes well, when an order is led, then it goes through every state and each service hears its commands alone', async () => {
  const orderId = await place()
  await ends(orderId, 'CONFIRMED')
  const { status, path: way, undo, awaited, sequence } = await sagaOf(orderId)
  const states = ['OrderCreated', 'InventoryReserved', 'PaymentProcessed', 'ShippingCreated', 'OrderCompleted']
  assert.deepEqual([status, way, undo, awaited, sequence], ['COMPLETED', states, [], null, 3])
  const { events } = await json<{ events: { eventType: string }[] }>(`/api/orders/${orderId}/events`)
  const types = events.map(({ eventType }) => eventType)
  for (const participant of ['inventory', 'payment', 'shipping'])
    for (const kind of ['command', 'reply'])
      assert.equal(types.filter((type) => type === `${participant}.saga.${kind}`).length, 1, `${types}`)
  assert.ok(types.includes('order.order.completed'))
  assert.ok(!types.includes('payment-success') && !types.includes('stock-reserved'), `${types}`)
})

it('given too few units, when an order is led, then it is cancelled for that reason and nothing is charged', async () => {
  const orderId = await place({ ...PRODUCT, productId: 202 })
  await ends(orderId, 'CANCELLED')
  assert.match((await orderOf(orderId)).reason ?? '', /not enough stock/)
  assert.deepEqual((await sagaOf(orderId)).path, ['OrderCreated', 'OrderCancelled'])
})

it('given a payment that declines, when an order is led, then its units are released and it is cancelled', async () => {
  await restart('payment', { PAYMENT_FAIL_RATE: '1' })
  const orderId = await place()
  await ends(orderId, 'CANCELLED')
  const way = ['OrderCreated', 'InventoryReserved', 'InventoryReleased', 'OrderCancelled']
  assert.deepEqual((await sagaOf(orderId)).path, way)
  await restart('payment')
})

it('given a carrier that refuses, when an order is led, then the money goes back first, then the units', async () => {
  await restart('shipping', { CARRIER_FAIL_RATE: '1' })
  const orderId = await place()
  await ends(orderId, 'CANCELLED')
  const { path: way } = await sagaOf(orderId)
  assert.deepEqual(way.slice(-3), ['PaymentRefunded', 'InventoryReleased', 'OrderCancelled'])
  await restart('shipping')
})

it('given a participant that is away, when the customer leaves, then the step without an answer is undone once the participant is back', async () => {
  await fleet.kill('shipping')
  const orderId = await place()
  await until(async () => (await sagaOf(orderId)).awaited?.command === 'ship', 'the parcel is asked for', PATIENCE_MS)
  assert.deepEqual((await sagaOf(orderId)).undo, ['release', 'refund', 'unship'])
  const { status, body } = await orders.post(`/api/orders/${orderId}/cancel`, '{}')
  assert.deepEqual([status, JSON.parse(body).status], [202, 'PENDING'])
  assert.equal((await orders.post(`/api/orders/${orderId}/cancel`, '{}')).status, 409, 'once is enough')
  assert.equal((await sagaOf(orderId)).status, 'COMPENSATING')
  await restart('shipping')
  await ends(orderId, 'CANCELLED')
  const { path: way } = await sagaOf(orderId)
  assert.deepEqual(way.slice(-4), ['ShipmentCalledBack', 'PaymentRefunded', 'InventoryReleased', 'OrderCancelled'])
  assert.equal((await orderOf(orderId)).reason, 'cancelled by the customer')
})

it('given a participant that is away past the deadline, when it is back, then it is asked often, acts once, and the order is complete', async () => {
  await restart('order', { SAGA_DEADLINE_MS: '300', SAGA_TRIES: '20' })
  await fleet.kill('payment')
  const orderId = await place()
  await until(async () => ((await sagaOf(orderId)).awaited?.tries ?? 0) >= 3, 'the third try', PATIENCE_MS)
  await restart('payment')
  await ends(orderId, 'CONFIRMED')
  assert.ok((await sagaOf(orderId)).sequence >= 5)
})

it('given a participant that stays away, then a person is told why, and its answer, when it comes at last, moves the order on', async () => {
  await restart('order', QUICK)
  await fleet.kill('payment')
  const orderId = await place()
  await ends(orderId, 'NEEDS_ATTENTION')
  const why = 'no answer from payment to charge after 2 tries'
  assert.equal((await orderOf(orderId)).reason, why)
  const { sagas } = await json<{ sagas: { orderId: string; attention: string; awaited: SagaView['awaited'] }[] }>(
    '/api/sagas?status=NEEDS_ATTENTION',
  )
  assert.deepEqual(
    sagas.map((one) => [one.orderId, one.attention, one.awaited?.deadline]),
    [[orderId, why, null]],
  )
  await restart('payment')
  await ends(orderId, 'CONFIRMED')
})

it('given an order that needs attention, when the operator retries or abandons it, then it goes on or is undone', async () => {
  await fleet.kill('shipping')
  const [first, second] = [await place(), await place()]
  for (const orderId of [first, second]) await ends(orderId, 'NEEDS_ATTENTION')
  const abandoned = await orders.post(`/api/sagas/${second}/abandon`, JSON.stringify({ reason: 'the carrier is gone' }))
  assert.deepEqual([abandoned.status, JSON.parse(abandoned.body).awaited.command], [200, 'unship'])
  await ends(second, 'NEEDS_ATTENTION')
  const byHand = await orders.post(`/api/sagas/${second}/abandon`, JSON.stringify({ reason: 'asked them by phone' }))
  assert.deepEqual(JSON.parse(byHand.body).settledByHand, [{ command: 'unship', reason: 'asked them by phone' }])
  await ends(second, 'CANCELLED')
  await restart('shipping')
  await until(
    async () => {
      await orders.post(`/api/sagas/${first}/retry`, '')
      return (await orderOf(first)).status === 'CONFIRMED'
    },
    'the first goes on',
    PATIENCE_MS,
  )
})

it('given what no operator may ask, then each answer says why', async () => {
  const done = accepted[0]!
  assert.equal((await orders.post(`/api/sagas/${done}/retry`, '')).status, 409)
  assert.equal((await orders.post(`/api/sagas/${done}/abandon`, '{}')).status, 400)
  assert.equal((await orders.post(`/api/sagas/${done}/abandon`, '{"reason":"x"}')).status, 409)
  assert.equal((await orders.get('/api/sagas/none')).status, 404)
  assert.equal((await orders.get('/api/sagas?status=LOST')).status, 400)
  assert.equal((await orders.post(`/api/orders/${done}/cancel`, '{}')).status, 409)
})

/** Where the order service dies, and how often it passes there for one order: placed, reserved, paid, shipped. */
const points = {
  'tx.before-commit': 4,
  'tx.after-commit/before-ack': 4,
  'relay.sent-not-marked': 4,
  'consume.applied-not-committed': 3,
}
for (const [point, passes] of Object.entries(points)) {
  it(`given an order service that is killed at ${point}, at each step in turn, then every order ends right`, async () => {
    for (let nth = 1; nth <= passes; nth++) {
      const crashLog = path.join(dir, `crash-${point.replaceAll('/', '-')}-${nth}`)
      const before = fleet.exits.filter(({ asked }) => !asked).length
      // What is left over from the order before may come first: then it dies earlier than meant, which is as good.
      await restart('order', { ...QUICK, SAGA_TRIES: '20', CRASH_AT: `${point}#${nth}`, CRASH_LOG: crashLog }).catch(
        () => undefined,
      )
      const placed = await orders.post('/api/orders', JSON.stringify(PRODUCT)).catch(() => null)
      await until(
        async () => fleet.exits.filter(({ asked }) => !asked).length > before,
        `it dies at ${point}#${nth}`,
        PATIENCE_MS,
      )
      assert.ok(existsSync(crashLog), 'the fault landed')
      await restart('order', { ...QUICK, SAGA_TRIES: '20' })
      if (placed?.status !== 202) continue
      const { orderId } = JSON.parse(placed.body) as { orderId: string }
      accepted.push(orderId)
      await ends(orderId, 'CONFIRMED')
    }
  })
}

it('given all that has happened, when everything is quiet, then the books are right and each end has one mail', async () => {
  const data = path.join(dir, 'data')
  const wrong = () => faultsOf(readBooks(data), accepted, STOCK)
  await until(async () => unsentOf(data, SERVICES) === 0 && wrong().length === 0, 'the books are right', 30_000).catch(
    () => undefined,
  )
  assert.deepEqual(wrong(), [])
  assert.ok(accepted.length >= 10)
})
