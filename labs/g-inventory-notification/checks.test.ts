import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SeenRecord } from '../../cli/check/history.ts'
import { makeOrder, makeOrders, type Order } from '../../cli/check/orders.ts'
import { Random } from '../../cli/check/random.ts'
import { outcomeOf, saidLines, sampleHistory, sampleRecord } from '../../cli/check/sample-history.ts'
import { checks } from './checks.ts'

const random = new Random(5)
const posted = (order: Order) => ({ order, status: 202, orderId: order.orderId, shown: '202' })
const mailer = (...ids: string[]) => ({
  name: 'notification',
  lines: saidLines(...ids.map((id) => `[INFO] EMAIL SENT to the buyer of ${id}.`)),
})
const hop = (topic: string, order: Order, more = {}) => sampleRecord(topic, { ...order }, more)
const way = (order: Order) => ['order-created', 'payment-success', 'stock-reserved'].map((topic) => hop(topic, order))
const failedWay = (order: Order, reason = 'none left') => [
  ...way(order).slice(0, 2),
  sampleRecord('stock-failed', { ...order, reason }),
]

const [one, good, bad] = [makeOrder(random), makeOrder(random), makeOrder(random)] as [Order, Order, Order]
const flow = (id: string, records: Partial<SeenRecord>[], mails: string[]) =>
  outcomeOf(
    checks,
    id,
    sampleHistory({ one: posted(one), mixed: [posted(good), posted(bad)] }, { records, processes: [mailer(...mails)] }),
  )
const all = [...way(one), ...way(good), ...failedWay(bad)]

test('given orders that flow or fail, when judged, then G1 and G4 pass', () => {
  for (const id of ['G1', 'G4']) assert.equal(flow(id, all, [one.orderId, good.orderId]), 'pass')
})

test('given a hop or an e-mail that is missing, when judged, then G1 says which', () => {
  assert.equal(flow('G1', way(one).slice(0, 2), []), 'flow.hop-missing')
  assert.equal(flow('G1', all, [good.orderId]), 'flow.email-missing')
})

test('given a wrong key, a copied id or a stuck order, when judged, then G4 says which', () => {
  const mails = [one.orderId, good.orderId]
  assert.equal(flow('G4', [...all, hop('order-cancelled', bad, { key: null })], mails), 'flow.key-wrong')
  assert.equal(
    flow('G4', [...all, hop('order-cancelled', bad, { eventId: `order-created-${bad.orderId}` })], mails),
    'flow.event-id-copied',
  )
  assert.equal(flow('G4', [...way(one), ...way(good), ...way(bad).slice(0, 2)], mails), 'flow.order-stuck')
  assert.equal(flow('G4', [...way(one), ...way(good), ...way(bad)], mails), 'flow.order-stuck')
  assert.equal(flow('G4', [...all, ...failedWay(bad)], mails), 'pass', 'the same event sent again is no copied id')
})

const hundred = makeOrders(100, random, { quantity: 1 })
const hopeless = makeOrders(2, random, { productId: 777 })
const reserved = (orders: readonly Order[]) => orders.map((order) => hop('stock-reserved', order))
const failed = (orders: readonly Order[], reason: unknown = 'sold out') =>
  orders.map((order) => sampleRecord('stock-failed', { ...order, reason }))
const stock = (records: Partial<SeenRecord>[], mails: string[] = []) =>
  outcomeOf(checks, 'G2', sampleHistory({ orders: hundred, hopeless }, { records, processes: [mailer(...mails)] }))

test('given 60 units, when 60 are reserved and the rest fails, then G2 passes; else it says what is wrong', () => {
  const [first, rest] = [hundred.slice(0, 60), [...hundred.slice(60), ...hopeless]]
  assert.equal(stock([...reserved(first), ...failed(rest)]), 'pass')
  assert.equal(stock([]), 'stock.silent')
  assert.equal(
    stock([...reserved(hundred.slice(0, 61)), ...failed([...hundred.slice(61), ...hopeless])]),
    'stock.oversold',
  )
  assert.equal(stock([...reserved([...first, ...hopeless]), ...failed(hundred.slice(60))]), 'stock.oversold')
  assert.equal(
    stock([...reserved(hundred.slice(0, 59)), ...failed([...hundred.slice(59), ...hopeless])]),
    'stock.undersold',
  )
  assert.equal(stock([...reserved(first), ...failed(rest.slice(1))]), 'stock.unanswered')
  assert.equal(stock([...reserved(first), ...failed(rest), ...failed(first.slice(0, 1))]), 'stock.both-outcomes')
  assert.equal(stock([...reserved(first), ...failed(rest, '')]), 'stock.reason-missing')
  assert.equal(stock([...reserved(first), ...failed(rest)], [hundred[70]?.orderId ?? '']), 'stock.email-for-failed')
})

const [early, down, behind] = [makeOrder(random), makeOrder(random), makeOrder(random)] as [Order, Order, Order]
const mails = (records: Partial<SeenRecord>[], first: string[], second: string[]) =>
  outcomeOf(
    checks,
    'G3',
    sampleHistory(
      { early: [early], down: [down], behind: [behind], again: 9 },
      { records, processes: [mailer(...first), { ...mailer(...second), name: 'notification#2' }] },
    ),
  )

test('given a notification that was down, when e-mails are lost, doubled or orders wait, then G3 says which', () => {
  const records = reserved([early, down, behind])
  assert.equal(mails(records, [early.orderId], [down.orderId, behind.orderId]), 'pass')
  assert.equal(mails(records, [early.orderId], [behind.orderId]), 'mail.lost')
  assert.equal(mails(records, [early.orderId], [early.orderId, down.orderId, behind.orderId]), 'mail.twice')
  assert.equal(mails(records.slice(0, 1), [early.orderId], []), 'mail.blocked')
})
