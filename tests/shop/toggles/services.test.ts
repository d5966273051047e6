import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { isStopped } from '../../../cli/shop/faults/levers/processes.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { openStage, PATIENCE_MS, type Stage } from './stage.ts'

/**
 * Toggles of single services: each is switched on in a running shop, and what it promises is looked for in Kafka, in the answers and in the lines. The tests
 * share one shop and run in this order; each places orders of its own and leaves the shop whole.
 */
let shop: Stage

before(async () => {
  shop = await openStage()
})

afterEach(() => shop?.desk.mend('all'))

after(() => shop?.stop())

test('payment declined: all orders are cancelled while it is on, none afterwards', async () => {
  await shop.confirmed('decline')
  const orderId = await shop.place()
  await shop.ends(orderId, 'CANCELLED')
  assert.equal((await shop.order(orderId)).reason, 'payment declined')
  await until(async () => (await shop.fault('decline')).injected === 1, 'the count', PATIENCE_MS)
  await shop.desk.mend('decline')
  await shop.ends(await shop.place(), 'CONFIRMED')
})

test('payment declined for 30 of 100: some are, the others are not', async () => {
  await shop.confirmed('decline', { percent: 30, seed: 7 })
  const orders = await shop.placeMany(30)
  const status = async (orderId: string) => (await shop.order(orderId)).status
  await until(async () => !(await Promise.all(orders.map(status))).includes('PENDING'), 'all have ended', PATIENCE_MS)
  const cancelled = (await Promise.all(orders.map(status))).filter((one) => one === 'CANCELLED').length
  assert.ok(cancelled >= 2 && cancelled <= 20, `${cancelled} of 30`)
})

test('out of stock: the order is refunded and cancelled, and what lies on the shelf stays there', async () => {
  const before = await shop.available()
  await shop.confirmed('out-of-stock')
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

test('kill: the process is gone, its orders wait in Kafka, and it comes back when it is mended or when the time is over', async () => {
  const pid = shop.pidOf('payment')
  await shop.confirmed('kill', { service: 'payment', forSeconds: 0 })
  assert.equal(await shop.answers('payment'), false)
  const orderId = await shop.place()
  await until(async () => (await shop.lagOf('payment')) > 0n, 'the order waits in Kafka', PATIENCE_MS)
  assert.equal((await shop.order(orderId)).status, 'PENDING')
  await shop.desk.mend('kill')
  assert.notEqual(shop.pidOf('payment'), pid)
  await shop.ends(orderId, 'CONFIRMED')

  const { mendsAt } = await shop.confirmed('kill', { service: 'payment', forSeconds: 0.5 })
  assert.ok(mendsAt !== undefined)
  await shop.isOff('kill')
  assert.equal(await shop.answers('payment'), true)
  await shop.ends(await shop.place(), 'CONFIRMED')
})

/** Where each is tried, upstream last: an order never waits for a service that has just died and is not back in its group. */
const CRASHES = [
  ['consume.applied-not-committed', 'notification'],
  ['relay.sent-not-marked', 'inventory'],
  ['tx.after-commit/before-ack', 'payment'],
  ['http.before-tx', 'order'],
] as const

/** What the crash at that point leads to, and no healthy shop shows. */
const LEFT_BEHIND: Readonly<Partial<Record<(typeof CRASHES)[number][0], (orderId: string) => Promise<void>>>> = {
  // The new process counts from 0.
  'consume.applied-not-committed': async (orderId) => {
    const known = () => shop.counter('notification', 'kafka_events_duplicate_total')
    await until(async () => (await known()) === 1, 'the event comes again and is known', PATIENCE_MS)
    assert.equal(shop.lines('Email Sent', orderId).length, 1)
  },
  'relay.sent-not-marked': async (orderId) => {
    const sent = async () =>
      (await shop.records('stock-reserved'))
        .filter(({ key }) => String(key) === orderId)
        .map(({ value }) => JSON.parse(String(value)).eventId)
    await until(async () => (await sent()).length === 2, 'the event is sent again', PATIENCE_MS)
    assert.equal(new Set(await sent()).size, 1)
  },
}

test('crash at a point: the service dies there once and starts again, and no order is lost', async () => {
  const orders: string[] = []
  for (const [point, service] of CRASHES) {
    const pid = shop.pidOf(service)
    await shop.confirmed('crash', { service, point, restartAfter: 0 })
    // The one that dies of it may give no answer.
    await shop.place().then(
      (orderId) => orders.push(orderId),
      () => {},
    )
    await shop.isOff('crash')
    assert.equal((await shop.fault('crash')).injected, 1, point)
    assert.notEqual(shop.pidOf(service), pid, point)
    await LEFT_BEHIND[point]?.(orders.at(-1) ?? '')
  }
  orders.push(await shop.place())
  for (const orderId of orders) {
    await shop.ends(orderId, 'CONFIRMED')
    await until(() => shop.lines('Email Sent', orderId).length > 0, 'the mail', PATIENCE_MS)
  }
})

test('freeze: the process stands still and its group gives it up; then it goes on', async () => {
  await shop.confirmed('freeze', { service: 'inventory', forSeconds: 0 })
  assert.ok(await isStopped(shop.pidOf('inventory')))
  assert.equal(await shop.answers('inventory'), false)
  const orderId = await shop.place()
  await until(
    async () => (await shop.bus.group('inventory-group')).members.length === 0,
    'the group does without it',
    PATIENCE_MS,
  )
  await until(async () => (await shop.lagOf('inventory')) > 0n, 'the paid order waits in Kafka', PATIENCE_MS)
  assert.equal((await shop.order(orderId)).status, 'PENDING')
  await shop.desk.mend('freeze')
  assert.equal(await isStopped(shop.pidOf('inventory')), false)
  await shop.ends(orderId, 'CONFIRMED')
})

test('down for a while: orders go on without mails, which come when the service is back', async () => {
  await shop.confirmed('pause', { service: 'notification', forSeconds: 0 })
  const orderId = await shop.place()
  await shop.ends(orderId, 'CONFIRMED')
  assert.equal(await shop.answers('notification'), false)
  await until(async () => (await shop.lagOf('notification')) > 0n, 'the event waits in Kafka', PATIENCE_MS)
  assert.deepEqual(shop.lines('Email Sent', orderId), [])
  await shop.desk.mend('pause')
  await until(() => shop.lines('Email Sent', orderId).length === 1, 'the mail', PATIENCE_MS)
})

test('slow: one event after the other takes its time', async () => {
  await shop.confirmed('slow', { service: 'payment', ms: 400 })
  const begun = performance.now()
  const orders = await shop.placeMany(3)
  await Promise.all(orders.map((orderId) => shop.ends(orderId, 'CONFIRMED')))
  assert.ok(performance.now() - begun >= 1_200)
  await until(async () => (await shop.fault('slow')).injected >= 3, 'the count', PATIENCE_MS)
})

test('failing now and then: tries fail, and retries bring every order home', async () => {
  await shop.confirmed('flaky', { service: 'payment', percent: 40, seed: 3 })
  const orders = await shop.placeMany(12)
  await until(async () => (await shop.fault('flaky')).injected > 0, 'a failed try', PATIENCE_MS)
  await shop.desk.mend('flaky')
  await Promise.all(orders.map((orderId) => shop.ends(orderId, 'CONFIRMED')))
})
