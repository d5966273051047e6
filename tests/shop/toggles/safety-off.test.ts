import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { POISON_HEADER } from '../../../cli/shop/faults/poison-kinds.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { toReplay } from '../../../kit/service/dead-letter.ts'
import { openStage, PATIENCE_MS, type Stage } from './stage.ts'

/**
 * What goes wrong without inbox, outbox, retries or dead letters: each is switched off in a running shop, and the anomaly that it promises is seen. The tests
 * share one shop and run in this order; each places orders of its own and leaves the shop whole.
 */
let shop: Stage

before(async () => {
  shop = await openStage()
})

afterEach(() => shop?.desk.mend('all'))

after(() => shop?.stop())

test('inbox off: what comes twice is mailed, reserved and paid twice; with the inbox on it is not', async () => {
  const orderId = await shop.place()
  await shop.ends(orderId, 'CONFIRMED')
  await until(() => shop.lines('Email Sent', orderId).length === 1, 'the mail', PATIENCE_MS)
  await shop.confirmed('duplicate', { topic: 'stock-reserved', last: 1 })
  await until(
    async () => (await shop.counter('notification', 'kafka_events_duplicate_total')) > 0,
    'the inbox knows it',
    PATIENCE_MS,
  )
  assert.equal(shop.lines('Email Sent', orderId).length, 1)
  await shop.confirmed('no-inbox', { service: 'notification' })
  await shop.desk.inject('duplicate', { topic: 'stock-reserved', last: 1 })
  await until(() => shop.lines('Email Sent', orderId).length === 2, 'the second mail', PATIENCE_MS)
  await until(async () => (await shop.fault('no-inbox')).injected === 1, 'the count', PATIENCE_MS)

  const available = await shop.available()
  await shop.confirmed('no-inbox', { service: 'inventory' })
  await shop.desk.inject('duplicate', { topic: 'payment-success', last: 1 })
  await until(async () => (await shop.available()) === available - 2, 'two units more are gone', PATIENCE_MS)

  await shop.confirmed('no-inbox', { service: 'payment' })
  await shop.desk.inject('duplicate', { topic: 'order-created', last: 1 })
  await until(() => shop.lines('Payment Done', orderId).length === 2, 'the second charge', PATIENCE_MS)
})

/** The payment service dies between its commit and its sending. */
const crashBeforeSending = async (): Promise<string> => {
  await shop.confirmed('crash', { service: 'payment', point: 'tx.after-commit/before-ack', restartAfter: 0 })
  const orderId = await shop.place()
  await shop.isOff('crash')
  return orderId
}

test('outbox off: a crash between commit and send loses the event, and the order hangs; with the outbox on it goes out', async () => {
  await shop.ends(await crashBeforeSending(), 'CONFIRMED')
  await shop.confirmed('no-outbox', { service: 'payment' })
  const orderId = await crashBeforeSending()
  await until(
    async () => (await shop.lagOf('payment')) === 0n,
    'the payment service has read all there is',
    PATIENCE_MS,
  )
  assert.equal((await shop.get('payment', `/api/payments/${orderId}`)).status, 'PAID')
  // The order behind it was handled, so its event would have come before.
  await shop.ends(await shop.place(), 'CONFIRMED')
  assert.equal((await shop.order(orderId)).status, 'PENDING')
  assert.ok(!(await shop.records('payment-success')).some(({ key }) => key?.toString() === orderId))
  await until(
    async () => (await shop.fault('no-outbox')).injected >= 1,
    'it is on again in the new process',
    PATIENCE_MS,
  )
})

test('retries off: one failed try sends the event to the dead letters, and the order hangs until it is replayed', async () => {
  await shop.confirmed('no-retry', { service: 'payment' })
  await shop.confirmed('flaky', { service: 'payment', percent: 100 })
  const orderId = await shop.place()
  const letter = async () => (await shop.records('order-created-dlq')).find(({ key }) => key?.toString() === orderId)
  await until(async () => (await letter()) !== undefined, 'the dead letter', PATIENCE_MS)
  assert.equal((await letter())?.headers['dlq-attempts'], '1')
  assert.equal((await shop.order(orderId)).status, 'PENDING')
  await until(async () => (await shop.fault('no-retry')).injected === 1, 'the count', PATIENCE_MS)
  await shop.desk.mend('all')
  await shop.bus.send([toReplay((await letter())!)])
  await shop.ends(orderId, 'CONFIRMED')
})

test('dead letters off: a poison message blocks the orders behind it in its partition until they are on again', async () => {
  await shop.confirmed('no-dlq', { service: 'payment' })
  const before = (await shop.lettersOf('order-created', POISON_HEADER)).length
  await shop.confirmed('poison', { topic: 'order-created' })
  const [poison] = (await shop.records('order-created')).filter(({ headers }) => headers[POISON_HEADER]).slice(-1)
  const orders = await shop.placeMany(12)
  const partitions = await shop.partitionsOf('order-created', orders)
  const behind = orders.filter((orderId) => partitions.get(orderId) === poison?.partition)
  assert.ok(behind.length > 0 && behind.length < 12)
  for (const orderId of orders.filter((one) => !behind.includes(one))) await shop.ends(orderId, 'CONFIRMED')
  for (const orderId of behind) assert.equal((await shop.order(orderId)).status, 'PENDING')
  await until(async () => (await shop.fault('no-dlq')).injected === 1, 'the count', PATIENCE_MS)
  await shop.desk.mend('no-dlq')
  for (const orderId of behind) await shop.ends(orderId, 'CONFIRMED')
  await until(
    async () => (await shop.lettersOf('order-created', POISON_HEADER)).length === before + 1,
    'the dead letter',
    PATIENCE_MS,
  )
})

test('dead letters off, dropping: a poison message is gone without a trace', async () => {
  const before = (await shop.records('order-created-dlq')).length
  await shop.confirmed('no-dlq', { service: 'payment', mode: 'drop' })
  await shop.confirmed('poison', { topic: 'order-created' })
  await until(async () => (await shop.fault('no-dlq')).injected === 1, 'the count', PATIENCE_MS)
  await shop.ends(await shop.place(), 'CONFIRMED')
  assert.equal((await shop.records('order-created-dlq')).length, before)
})
