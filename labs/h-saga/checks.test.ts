import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SeenRecord } from '../../cli/check/history.ts'
import { makeOrder, type Order } from '../../cli/check/orders.ts'
import { Random } from '../../cli/check/random.ts'
import { outcomeOf, saidLines, sampleHistory, sampleRecord } from '../../cli/check/sample-history.ts'
import { checks } from './checks.ts'
import { diagnoses } from './diagnoses.ts'

const random = new Random(9)
const posted = (order: Order) => ({ order, status: 201, orderId: order.orderId, shown: '201' })
const at = (topic: string, order: Order, data: object = {}) =>
  sampleRecord(topic, { ...order, reason: 'because', ...data })
const asked = (status: string, ...orders: Order[]) =>
  Object.fromEntries(orders.map(({ orderId }) => [orderId, { status, orderId, shown: `200 ${status}` }]))
const again = makeOrder(random, { quantity: 10 })
const [one, all, more] = [
  makeOrder(random),
  makeOrder(random, { quantity: 10 }),
  makeOrder(random, { quantity: 1 }),
] as [Order, Order, Order]

test('given a fail rate that is all or nothing, when the next step is told, then it is what the answer does: the order decides, not chance', () => {
  assert.doesNotMatch(diagnoses['saga.one-outcome'].next, /random/i)
  assert.match(diagnoses['saga.one-outcome'].next, /order id/)
})

const declined = (records: Partial<SeenRecord>[], status = 'CANCELLED', lines: string[] = []) =>
  outcomeOf(
    checks,
    'H1',
    sampleHistory(
      { orders: [posted(one)], asked: asked(status, one), all, more, again },
      { records, processes: [{ name: 'notification', lines: saidLines(...lines) }] },
    ),
  )

test('given a declined order, when it is cancelled and nothing touched, then H1 passes; else it says what is wrong', () => {
  const records = [at('order-created', one), at('payment-failed', one), at('order-cancelled', one)]
  const after = [at('stock-reserved', all), at('stock-failed', more)]
  assert.equal(declined([...records, ...after]), 'pass')
  assert.equal(declined([at('payment-success', one), ...records, ...after]), 'saga.not-declined')
  assert.equal(declined([...records.slice(0, 2), ...after]), 'saga.not-cancelled')
  assert.equal(declined([...records, ...after], 'PENDING'), 'saga.status-wrong')
  assert.equal(declined([...records, ...after], 'CANCELLED', [`Email Sent ${one.orderId}`]), 'saga.email-for-cancelled')
  assert.equal(declined([...records, ...after], 'CANCELLED', [`Email Sent ${all.orderId}`]), 'pass')
  assert.equal(declined([...records, at('stock-failed', all), at('stock-reserved', more)]), 'saga.stock-touched')
  assert.equal(declined([...records, at('stock-reserved', all), at('stock-reserved', more)]), 'saga.stock-touched')
  assert.equal(
    declined([records[0] ?? {}, at('payment-failed', one, { reason: '' }), records[2] ?? {}, ...after]),
    'saga.reason-missing',
  )
})

const runOut = (id: string, records: Partial<SeenRecord>[], status = 'CANCELLED', unknown = 404) =>
  outcomeOf(
    checks,
    id,
    sampleHistory(
      {
        success: posted(all),
        failed: [posted(one)],
        asked: { ...asked('CONFIRMED', all), ...asked(status, one) },
        unknown: { status: unknown, shown: `${unknown}` },
      },
      { records: [at('payment-success', all), at('stock-reserved', all), at('payment-success', one), ...records] },
    ),
  )
const [failed, refund, cancel] = [at('stock-failed', one), at('payment-refunded', one), at('order-cancelled', one)]

test('given stock that runs out, when refund and cancellation come once in any order, then H2 passes; else it says which', () => {
  assert.equal(runOut('H2', [failed, cancel, refund]), 'pass')
  assert.equal(runOut('H2', [cancel, refund]), 'saga.no-stock-failed')
  assert.equal(runOut('H2', [failed, cancel]), 'saga.not-refunded')
  assert.equal(runOut('H2', [failed, refund]), 'saga.not-cancelled')
  assert.equal(runOut('H2', [failed, refund, refund, cancel]), 'saga.refunded-twice')
  assert.equal(runOut('H2', [failed, refund, cancel, cancel]), 'saga.cancelled-twice')
  assert.equal(runOut('H2', [failed, refund, cancel], 'CONFIRMED'), 'saga.status-wrong')
})

test('given a success, when something compensates it or an unknown order is found, then H3 says which', () => {
  assert.equal(runOut('H3', [failed, refund, cancel]), 'pass')
  assert.equal(runOut('H3', [at('payment-refunded', all)]), 'saga.compensated-success')
  assert.equal(runOut('H3', [], 'CANCELLED', 200), 'saga.unknown-order')
})

const mixed = (records: Partial<SeenRecord>[], statuses: [string, string]) =>
  outcomeOf(
    checks,
    'H4',
    sampleHistory(
      { orders: [posted(all), posted(one)], asked: { ...asked(statuses[0], all), ...asked(statuses[1], one) } },
      { records },
    ),
  )

test('given mixed orders, when money and stock add up, then H4 passes; else it says what does not', () => {
  const won = [at('payment-success', all), at('stock-reserved', all)]
  assert.equal(mixed([...won, at('payment-failed', one)], ['CONFIRMED', 'CANCELLED']), 'pass')
  assert.equal(mixed([...won, at('payment-success', one), refund], ['CONFIRMED', 'CANCELLED']), 'pass')
  assert.equal(mixed([...won, at('payment-success', one)], ['CONFIRMED', 'CANCELLED']), 'saga.money-wrong')
  assert.equal(mixed([...won, at('payment-failed', one), refund], ['CONFIRMED', 'CANCELLED']), 'saga.money-wrong')
  assert.equal(mixed([...won, at('payment-failed', one)], ['CONFIRMED', 'PENDING']), 'saga.never-ends')
  assert.equal(
    mixed([...won, at('payment-success', one), at('stock-reserved', one)], ['CONFIRMED', 'CONFIRMED']),
    'saga.one-outcome',
  )
  assert.equal(
    mixed([...won, at('payment-success', one), at('stock-reserved', one), refund], ['CONFIRMED', 'CANCELLED']),
    'saga.units-wrong',
  )
})
