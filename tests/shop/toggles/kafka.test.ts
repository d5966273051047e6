import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { probe } from '../../../cli/broker/probe.ts'
import { AGAIN_HEADER } from '../../../cli/shop/faults/levers/log.ts'
import { POISON_HEADER, poisonKinds } from '../../../cli/shop/faults/poison-kinds.ts'
import type { LogRecord } from '../../../kit/kafka/bus.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { openStage, PATIENCE_MS, type Stage } from './stage.ts'

/**
 * Toggles of the log and of the broker: each is switched on in a running shop, and what it promises is looked for in Kafka and in the answers. The tests
 * share one shop and run in this order; each places orders of its own and leaves the shop whole.
 */
let shop: Stage

before(async () => {
  shop = await openStage()
})

afterEach(() => shop?.desk.mend('all'))

after(() => shop?.stop())

for (const how of ['republish', 'rewind']) {
  test(`deliver twice by ${how}: the readers get events again, know them, and do nothing twice`, async () => {
    const orders = await shop.placeMany(3)
    await Promise.all(orders.map((orderId) => shop.ends(orderId, 'CONFIRMED')))
    await until(async () => (await shop.lagOf('inventory')) === 0n, 'the offsets are committed', PATIENCE_MS)
    const [available, before] = [
      await shop.available(),
      await shop.counter('inventory', 'kafka_events_duplicate_total'),
    ]
    const { injected } = await shop.confirmed('duplicate', { topic: 'payment-success', last: 3, how })
    assert.ok(how === 'republish' ? injected === 3 : injected >= 3)
    const known = () => shop.counter('inventory', 'kafka_events_duplicate_total')
    // A service that was stopped for the rewind counts from 0 again.
    await until(
      async () => (await known()) >= (how === 'republish' ? before + 3 : injected),
      'the duplicates are known',
      PATIENCE_MS,
    )
    assert.equal(await shop.available(), available)
  })
}

test('out of order: the last events lie in the log again, orders shuffled, each order in itself as it was', async () => {
  const orders = await shop.placeMany(12)
  await Promise.all(orders.map((orderId) => shop.ends(orderId, 'CONFIRMED')))
  const isTheirs = ({ key }: LogRecord) => orders.includes(String(key))
  const first = (await shop.records('order-created')).filter(isTheirs)
  // Two of each order, which can be told apart.
  await shop.bus.send(
    first.map(({ topic, key, value, headers }) => ({
      ...{ topic, key: String(key), value: String(value), headers: { ...headers, turn: 'second' } },
    })),
  )
  await shop.confirmed('reorder', { topic: 'order-created', last: 24, seed: 5 })
  const all = (await shop.records('order-created')).filter(isTheirs)
  const isAgain = ({ headers }: LogRecord) => headers[AGAIN_HEADER] !== undefined
  const order = ({ key, headers }: LogRecord) => `${key} ${headers.turn ?? 'first'}`
  const lanes = (which: (record: LogRecord) => boolean) =>
    [0, 1, 2].map((lane) => all.filter((record) => record.partition === lane && which(record)).map(order))
  const [was, now] = [lanes((record) => !isAgain(record)), lanes(isAgain)]
  assert.equal(now.flat().length, 24)
  assert.notDeepEqual(now, was)
  assert.deepEqual(
    now.map((lane) => lane.toSorted()),
    was.map((lane) => lane.toSorted()),
  )
  for (const orderId of orders) {
    const own = now.flat().filter((one) => one.startsWith(orderId))
    assert.deepEqual(own, [`${orderId} first`, `${orderId} second`])
  }
  for (const orderId of orders) assert.equal((await shop.order(orderId)).status, 'CONFIRMED')
  await shop.ends(await shop.place(), 'CONFIRMED')
})

test('partition held back: its orders wait while later ones of the other partitions overtake them', async () => {
  await shop.confirmed('hold', { service: 'payment', partition: 1 })
  const orders = await shop.placeMany(12)
  const partitions = await shop.partitionsOf('order-created', orders)
  const held = orders.filter((orderId) => partitions.get(orderId) === 1)
  assert.ok(held.length > 0 && held.length < 12)
  for (const orderId of orders.filter((one) => !held.includes(one))) await shop.ends(orderId, 'CONFIRMED')
  for (const orderId of held) assert.equal((await shop.order(orderId)).status, 'PENDING')
  await shop.desk.mend('hold')
  for (const orderId of held) await shop.ends(orderId, 'CONFIRMED')
})

test('poison message: each kind ends among the dead letters, and orders go on', async () => {
  const before = (await shop.lettersOf('order-created', POISON_HEADER)).length
  for (const { name } of poisonKinds) await shop.confirmed('poison', { topic: 'order-created', kind: name })
  await shop.ends(await shop.place(), 'CONFIRMED')
  const letters = () => shop.lettersOf('order-created', POISON_HEADER)
  await until(async () => (await letters()).length === before + poisonKinds.length, 'the dead letters', PATIENCE_MS)
})

test('broker frozen: orders are taken and wait in the outbox; then they go their way', async () => {
  const waiting = () => shop.counter('order', 'outbox_unsent_rows')
  await until(async () => (await waiting()) === 0, 'an empty outbox', PATIENCE_MS)
  await shop.confirmed('broker-freeze', { forSeconds: 0 })
  const orders = await shop.placeMany(3)
  await until(async () => (await waiting()) === 3, 'three events in the outbox', PATIENCE_MS)
  assert.equal((await probe(shop.broker.brokers, 500)).kind, 'silent')
  for (const orderId of orders) assert.equal((await shop.order(orderId)).status, 'PENDING')
  await shop.desk.mend('broker-freeze')
  for (const orderId of orders) await shop.ends(orderId, 'CONFIRMED')
  await until(async () => (await waiting()) === 0, 'an empty outbox again', PATIENCE_MS)
})

test('broker restarted: another process has the old data, and the shop goes on', async (t) => {
  const pid = shop.broker.pid()
  const events = (await shop.records('order-created')).length
  const begun = performance.now()
  await shop.confirmed('broker-restart')
  t.diagnostic(`it took ${Math.round(performance.now() - begun)} ms`)
  assert.notEqual(shop.broker.pid(), pid)
  await shop.ends(await shop.place(), 'CONFIRMED')
  assert.equal((await shop.records('order-created')).length, events + 1)
})
