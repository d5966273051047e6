import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { AGAIN_HEADER } from '../../../cli/shop/faults/levers/log.ts'
import { isStopped } from '../../../cli/shop/faults/levers/processes.ts'
import { POISON_HEADER, poisonKinds } from '../../../cli/shop/faults/poison-kinds.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { toReplay } from '../../../kit/service/dead-letter.ts'
import { openStage, type Service, type Stage } from './stage.ts'

/**
 * Every toggle is switched on in a running shop, and what it promises is looked for in Kafka, in the services' answers and in what they print.
 * The tests share one shop and run in this order; each places orders of its own and leaves the shop whole.
 */
let shop: Stage
/** The machine may be busy; what is waited for is a condition. */
const PATIENCE_MS = 90_000

before(async () => {
  shop = await openStage()
})

afterEach(() => shop?.desk.mend('all'))

after(() => shop?.stop())

const pidOf = (service: Service): number => shop.fleet.services.find(({ name }) => name === service)!.pid

const confirmed = async (id: string, settings: object = {}) => {
  const state = await shop.desk.inject(id, settings)
  assert.equal(state.phase, 'confirmed')
  assert.ok(state.since !== undefined)
  return state
}

/** Orders with the partition of one of their events, once all of these are in the log. */
const partitionsOf = async (topic: string, orderIds: readonly string[]): Promise<Map<string, number>> => {
  const found = new Map<string, number>()
  const read = async (): Promise<boolean> => {
    for (const { key, partition } of await shop.records(topic)) found.set(String(key), partition)
    return orderIds.every((orderId) => found.has(orderId))
  }
  await until(read, `${orderIds.length} orders are on ${topic}`, PATIENCE_MS)
  return found
}

const lettersOf = async (topic: string, header: string): Promise<string[]> =>
  (await shop.records(`${topic}-dlq`)).flatMap(({ headers }) => headers[header] ?? [])

test('payment declined: all orders are cancelled while it is on, none afterwards', async () => {
  await confirmed('decline')
  const orderId = await shop.place()
  await shop.ends(orderId, 'CANCELLED')
  assert.equal((await shop.order(orderId)).reason, 'payment declined')
  await until(async () => (await shop.fault('decline')).injected === 1, 'the count', PATIENCE_MS)
  await shop.desk.mend('decline')
  await shop.ends(await shop.place(), 'CONFIRMED')
})

test('payment declined for 30 of 100: some are, the others are not', async () => {
  await confirmed('decline', { percent: 30, seed: 7 })
  const orders = await shop.placeMany(30)
  const status = async (orderId: string) => (await shop.order(orderId)).status
  await until(async () => !(await Promise.all(orders.map(status))).includes('PENDING'), 'all have ended', PATIENCE_MS)
  const cancelled = (await Promise.all(orders.map(status))).filter((one) => one === 'CANCELLED').length
  assert.ok(cancelled >= 2 && cancelled <= 20, `${cancelled} of 30`)
})

test('out of stock: the order is refunded and cancelled, and what lies on the shelf stays there', async () => {
  const before = await shop.available()
  await confirmed('out-of-stock')
  const orderId = await shop.place()
  await shop.ends(orderId, 'CANCELLED')
  assert.match(String((await shop.order(orderId)).reason), /not enough stock/)
  await until(
    async () => (await shop.get('payment', `/api/payments/${orderId}`)).status === 'REFUNDED',
    'the refund',
    PATIENCE_MS,
  )
  await shop.desk.mend('out-of-stock')
  await shop.ends(await shop.place(), 'CONFIRMED')
  assert.equal(await shop.available(), before - 2)
})

test('kill: the process is gone, its orders wait, and when the time is over it is back', async () => {
  const pid = pidOf('payment')
  const { mendsAt } = await confirmed('kill', { service: 'payment', forSeconds: 0.5 })
  assert.ok(mendsAt !== undefined)
  const orderId = await shop.place()
  assert.equal((await shop.order(orderId)).status, 'PENDING')
  await shop.isOff('kill')
  assert.notEqual(pidOf('payment'), pid)
  await shop.ends(orderId, 'CONFIRMED')
})

/** Where each is tried, upstream last: an order never waits for a service that has just died and is not back in its group. */
const CRASHES = [
  ['consume.applied-not-committed', 'notification'],
  ['relay.sent-not-marked', 'inventory'],
  ['tx.after-commit/before-ack', 'payment'],
  ['http.before-tx', 'order'],
] as const

test('crash at a point: the service dies there once and starts again, and no order is lost', async () => {
  const orders: string[] = []
  for (const [point, service] of CRASHES) {
    const pid = pidOf(service)
    await confirmed('crash', { service, point, restartAfter: 0 })
    // The one that dies of it may give no answer.
    await shop.place().then(
      (orderId) => orders.push(orderId),
      () => {},
    )
    await shop.isOff('crash')
    assert.equal((await shop.fault('crash')).injected, 1, point)
    assert.notEqual(pidOf(service), pid, point)
  }
  orders.push(await shop.place())
  for (const orderId of orders) {
    await shop.ends(orderId, 'CONFIRMED')
    await until(() => shop.lines('Email Sent', orderId).length > 0, 'the mail', PATIENCE_MS)
  }
})

test('freeze: the process stands still and its group gives it up; then it goes on', async () => {
  await confirmed('freeze', { service: 'inventory', forSeconds: 0 })
  assert.ok(await isStopped(pidOf('inventory')))
  const orderId = await shop.place()
  await until(
    async () => (await shop.bus.group('inventory-group')).members.length === 0,
    'the group does without it',
    PATIENCE_MS,
  )
  assert.equal((await shop.order(orderId)).status, 'PENDING')
  await shop.desk.mend('freeze')
  assert.equal(await isStopped(pidOf('inventory')), false)
  await shop.ends(orderId, 'CONFIRMED')
})

test('down for a while: orders go on without mails, which come when the service is back', async () => {
  await confirmed('pause', { service: 'notification', forSeconds: 0 })
  const orderId = await shop.place()
  await shop.ends(orderId, 'CONFIRMED')
  assert.deepEqual(shop.lines('Email Sent', orderId), [])
  await shop.desk.mend('pause')
  await until(() => shop.lines('Email Sent', orderId).length === 1, 'the mail', PATIENCE_MS)
})

test('slow: one event after the other takes its time', async () => {
  await confirmed('slow', { service: 'payment', ms: 400 })
  const begun = performance.now()
  const orders = await shop.placeMany(3)
  await Promise.all(orders.map((orderId) => shop.ends(orderId, 'CONFIRMED')))
  assert.ok(performance.now() - begun >= 1_200)
  await until(async () => (await shop.fault('slow')).injected >= 3, 'the count', PATIENCE_MS)
})

test('failing now and then: tries fail, and retries bring every order home', async () => {
  await confirmed('flaky', { service: 'payment', percent: 40, seed: 3 })
  const orders = await shop.placeMany(12)
  await until(async () => (await shop.fault('flaky')).injected > 0, 'a failed try', PATIENCE_MS)
  await shop.desk.mend('flaky')
  await Promise.all(orders.map((orderId) => shop.ends(orderId, 'CONFIRMED')))
})

for (const how of ['republish', 'rewind']) {
  test(`deliver twice by ${how}: the readers get events again, know them, and do nothing twice`, async () => {
    const orders = await shop.placeMany(3)
    await Promise.all(orders.map((orderId) => shop.ends(orderId, 'CONFIRMED')))
    await until(async () => (await shop.lagOf('inventory')) === 0n, 'the offsets are committed', PATIENCE_MS)
    const [available, before] = [
      await shop.available(),
      await shop.counter('inventory', 'kafka_events_duplicate_total'),
    ]
    const { injected } = await confirmed('duplicate', { topic: 'payment-success', last: 3, how })
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
  const orders = await shop.placeMany(6)
  await Promise.all(orders.map((orderId) => shop.ends(orderId, 'CONFIRMED')))
  await confirmed('reorder', { topic: 'order-created', last: 6, seed: 5 })
  const all = (await shop.records('order-created')).sort((a, b) => a.timestamp - b.timestamp)
  const again = all.filter(({ headers }) => headers[AGAIN_HEADER] !== undefined)
  const idOf = ({ value }: { value: Buffer | null }): string => JSON.parse(String(value)).eventId
  const newest = all.filter(({ headers }) => headers[AGAIN_HEADER] === undefined).map(idOf)
  const tag = again.at(-1)?.headers[AGAIN_HEADER]
  const last = again.filter(({ headers }) => headers[AGAIN_HEADER] === tag)
  assert.equal(last.length, 6)
  assert.deepEqual(last.map(idOf).sort(), newest.slice(-6).sort())
  for (const orderId of orders) await shop.ends(orderId, 'CONFIRMED')
})

test('partition held back: its orders wait while later ones of the other partitions overtake them', async () => {
  await confirmed('hold', { service: 'payment', partition: 1 })
  const orders = await shop.placeMany(12)
  const partitions = await partitionsOf('order-created', orders)
  const held = orders.filter((orderId) => partitions.get(orderId) === 1)
  assert.ok(held.length > 0 && held.length < 12)
  for (const orderId of orders.filter((one) => !held.includes(one))) await shop.ends(orderId, 'CONFIRMED')
  for (const orderId of held) assert.equal((await shop.order(orderId)).status, 'PENDING')
  await shop.desk.mend('hold')
  for (const orderId of held) await shop.ends(orderId, 'CONFIRMED')
})

test('poison message: each kind ends among the dead letters, and orders go on', async () => {
  const before = (await lettersOf('order-created', POISON_HEADER)).length
  for (const { name } of poisonKinds) await confirmed('poison', { topic: 'order-created', kind: name })
  await shop.ends(await shop.place(), 'CONFIRMED')
  const letters = () => lettersOf('order-created', POISON_HEADER)
  await until(async () => (await letters()).length === before + poisonKinds.length, 'the dead letters', PATIENCE_MS)
})

test('broker frozen: orders are taken and wait in the outbox; then they go their way', async () => {
  await confirmed('broker-freeze', { forSeconds: 0 })
  const orderId = await shop.place()
  assert.equal((await shop.order(orderId)).status, 'PENDING')
  await shop.desk.mend('broker-freeze')
  await shop.ends(orderId, 'CONFIRMED')
})

test('broker restarted: another process has the old data, and the shop goes on', async (t) => {
  const pid = shop.broker.pid()
  const events = (await shop.records('order-created')).length
  const begun = performance.now()
  await confirmed('broker-restart')
  t.diagnostic(`it took ${Math.round(performance.now() - begun)} ms`)
  assert.notEqual(shop.broker.pid(), pid)
  await shop.ends(await shop.place(), 'CONFIRMED')
  assert.equal((await shop.records('order-created')).length, events + 1)
})

test('inbox off: what comes twice is mailed, reserved and paid twice; with the inbox on it is not', async () => {
  const orderId = await shop.place()
  await shop.ends(orderId, 'CONFIRMED')
  await until(() => shop.lines('Email Sent', orderId).length === 1, 'the mail', PATIENCE_MS)
  await confirmed('duplicate', { topic: 'stock-reserved', last: 1 })
  await until(
    async () => (await shop.counter('notification', 'kafka_events_duplicate_total')) > 0,
    'the inbox knows it',
    PATIENCE_MS,
  )
  assert.equal(shop.lines('Email Sent', orderId).length, 1)
  await confirmed('no-inbox', { service: 'notification' })
  await shop.desk.inject('duplicate', { topic: 'stock-reserved', last: 1 })
  await until(() => shop.lines('Email Sent', orderId).length === 2, 'the second mail', PATIENCE_MS)
  await until(async () => (await shop.fault('no-inbox')).injected === 1, 'the count', PATIENCE_MS)

  const available = await shop.available()
  await confirmed('no-inbox', { service: 'inventory' })
  await shop.desk.inject('duplicate', { topic: 'payment-success', last: 1 })
  await until(async () => (await shop.available()) === available - 2, 'two units more are gone', PATIENCE_MS)

  await confirmed('no-inbox', { service: 'payment' })
  await shop.desk.inject('duplicate', { topic: 'order-created', last: 1 })
  await until(() => shop.lines('Payment Done', orderId).length === 2, 'the second charge', PATIENCE_MS)
})

/** The payment service dies between its commit and its sending. */
const crashBeforeSending = async (): Promise<string> => {
  await confirmed('crash', { service: 'payment', point: 'tx.after-commit/before-ack', restartAfter: 0 })
  const orderId = await shop.place()
  await shop.isOff('crash')
  return orderId
}

test('outbox off: a crash between commit and send loses the event, and the order hangs; with the outbox on it goes out', async () => {
  await shop.ends(await crashBeforeSending(), 'CONFIRMED')
  await confirmed('no-outbox', { service: 'payment' })
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
  await confirmed('no-retry', { service: 'payment' })
  await confirmed('flaky', { service: 'payment', percent: 100 })
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
  await confirmed('no-dlq', { service: 'payment' })
  const before = (await lettersOf('order-created', POISON_HEADER)).length
  await confirmed('poison', { topic: 'order-created' })
  const [poison] = (await shop.records('order-created')).filter(({ headers }) => headers[POISON_HEADER]).slice(-1)
  const orders = await shop.placeMany(12)
  const partitions = await partitionsOf('order-created', orders)
  const behind = orders.filter((orderId) => partitions.get(orderId) === poison?.partition)
  assert.ok(behind.length > 0 && behind.length < 12)
  for (const orderId of orders.filter((one) => !behind.includes(one))) await shop.ends(orderId, 'CONFIRMED')
  for (const orderId of behind) assert.equal((await shop.order(orderId)).status, 'PENDING')
  await until(async () => (await shop.fault('no-dlq')).injected === 1, 'the count', PATIENCE_MS)
  await shop.desk.mend('no-dlq')
  for (const orderId of behind) await shop.ends(orderId, 'CONFIRMED')
  await until(
    async () => (await lettersOf('order-created', POISON_HEADER)).length === before + 1,
    'the dead letter',
    PATIENCE_MS,
  )
})

test('dead letters off, dropping: a poison message is gone without a trace', async () => {
  const before = (await shop.records('order-created-dlq')).length
  await confirmed('no-dlq', { service: 'payment', mode: 'drop' })
  await confirmed('poison', { topic: 'order-created' })
  await until(async () => (await shop.fault('no-dlq')).injected === 1, 'the count', PATIENCE_MS)
  await shop.ends(await shop.place(), 'CONFIRMED')
  assert.equal((await shop.records('order-created-dlq')).length, before)
})
