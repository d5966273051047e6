import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { until } from '../../../kit/kafka/scratch.ts'
import { openStage, type Stage } from './stage.ts'

/**
 * What only the whole shop can suffer, and what lessons do to it: each toggle is switched on in nine running services, and what it promises is
 * looked for in Kafka and in the services' answers. The tests share one shop; each leaves it whole.
 */
let shop: Stage
const PATIENCE_MS = 120_000
const PRODUCT = { productId: 201, quantity: 1, amount: 750, userId: 'ann' }
const LED = { ...PRODUCT, saga: 'orchestration' }

before(async () => {
  shop = await openStage('whole')
})
afterEach(() => shop?.desk.mend('all'))
after(() => shop?.stop())

const struck = (id: string, atLeast: number) =>
  until(async () => (await shop.fault(id)).injected >= atLeast, `${id} struck ${atLeast} times`, PATIENCE_MS)
const eventsOf = async (orderId: string, ...topics: string[]) =>
  (await shop.records(...topics)).filter(({ key }) => String(key) === orderId)
const heard = (orderId: string, ...topics: string[]) =>
  until(
    async () => new Set((await eventsOf(orderId, ...topics)).map(({ topic }) => topic)).size === topics.length,
    `${topics.join(', ')} of ${orderId}`,
    PATIENCE_MS,
  )

test('all of them can be used in the whole shop', async () => {
  assert.deepEqual(
    (await shop.desk.list()).filter(({ phase }) => phase !== 'off'),
    [],
  )
})

test('carrier refuses: stock and money go back and the order is cancelled, whoever leads it; none afterwards', async () => {
  const before = await shop.available()
  await shop.confirmed('ship-refuse')
  const [free, led] = [await shop.place(PRODUCT), await shop.place(LED)]
  for (const orderId of [free, led]) await shop.ends(orderId, 'CANCELLED')
  await heard(free, 'stock-restored', 'payment-refunded', 'order-cancelled')
  await heard(led, 'shipping.saga.reply', 'order-cancelled')
  await struck('ship-refuse', 2)
  await until(async () => (await shop.available()) === before, 'the stock is back', PATIENCE_MS)
  await shop.desk.mend('ship-refuse')
  await shop.ends(await shop.place(PRODUCT), 'CONFIRMED')
})

test('carrier late: the order is confirmed all the same, and the parcel is said to be late', async () => {
  await shop.confirmed('carrier-late', { ms: 1_000 })
  const orderId = await shop.place(PRODUCT)
  await shop.ends(orderId, 'CONFIRMED')
  const isLate = async () =>
    (await eventsOf(orderId, 'shipping.shipment.status-changed')).some(({ value }) => String(value).includes('DELAYED'))
  await until(isLate, 'the parcel is late', PATIENCE_MS)
  await struck('carrier-late', 1)
})

test('identity down: tokens that are about go on, nobody logs in; afterwards somebody does', async () => {
  const { deeds } = shop
  assert.equal(await deeds?.['log-in'](), 'Logging in works.')
  await shop.ends(await shop.place(PRODUCT), 'CONFIRMED')
  await shop.confirmed('identity-down', { forSeconds: 0 })
  assert.match((await deeds?.['log-in']()) ?? '', /^Logging in fails/)
  await shop.ends(await shop.place(PRODUCT), 'CONFIRMED')
  await shop.desk.mend('identity-down')
  await until(async () => (await deeds?.['log-in']()) === 'Logging in works.', 'logging in works', PATIENCE_MS)
})

test('gateway overloaded: some are sent away with 503, those that get in are confirmed, and each is counted', async () => {
  await shop.confirmed('gateway-overload', { ms: 1_000, atOnce: 2 })
  const answers = await Promise.all(Array.from({ length: 12 }, () => shop.tryPlace(PRODUCT)))
  const statuses = answers.map(({ status }) => status)
  assert.deepEqual(new Set(statuses), new Set([202, 503]))
  await struck('gateway-overload', 12)
  await shop.desk.mend('gateway-overload')
  for (const { status, body } of answers) if (status === 202) await shop.ends(JSON.parse(body).orderId, 'CONFIRMED')
})

test('orchestrator crashes: the process dies between two steps, comes back, and the order goes on to its end, paid once', async () => {
  const pid = shop.pidOf('order')
  await shop.confirmed('saga-crash', { restartAfter: 0 })
  const orderId = await shop.place(LED)
  await shop.isOff('saga-crash')
  assert.equal((await shop.fault('saga-crash')).injected, 1)
  assert.notEqual(shop.pidOf('order'), pid)
  await until(
    async () => (await shop.order(orderId).catch(() => null))?.status === 'CONFIRMED',
    'it is confirmed',
    PATIENCE_MS,
  )
  const payment = await shop.get('payment', `/api/payments/${orderId}`)
  assert.deepEqual([payment.status, payment.amount], ['PAID', PRODUCT.amount])
})

test('figures are counted anew while the old ones serve', async () => {
  const said = (await shop.deeds?.['rebuild-figures']()) ?? ''
  const [, records = 0, asked = 0, served = -1] =
    /^(\d+) events counted anew in [\d.]+ s; of (\d+) questions meanwhile (\d+) were answered\.$/.exec(said) ?? []
  assert.ok(Number(records) > 20, said)
  assert.equal(served, asked, said)
})

test('a user is forgotten: the event on the log stays as it is, and nobody can open it', async () => {
  assert.equal(
    await shop.deeds?.['forget-user'](),
    'Before: the event opened, the name was Ann Example. After: the event is still there, byte for byte; its key: status 410.',
  )
})
