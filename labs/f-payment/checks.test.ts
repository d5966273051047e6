import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SeenRecord } from '../../cli/check/history.ts'
import { makeOrder, type Order } from '../../cli/check/orders.ts'
import { Random } from '../../cli/check/random.ts'
import { outcomeOf, saidLines, sampleHistory, sampleRecord } from '../../cli/check/sample-history.ts'
import { checks } from './checks.ts'

const random = new Random(3)
const [one, two, three] = [makeOrder(random), makeOrder(random), makeOrder(random)] as [Order, Order, Order]
const created = (order: Order, more = {}) => sampleRecord('order-created', { ...order }, more)
const paid = (order: Order, more = {}) =>
  sampleRecord('payment-success', { ...order }, { eventId: `p-${order.orderId}`, ...more })
const said = saidLines('PAYMENT PROCESSING', 'payment processing', 'noise', 'Payment  Done', 'payment done')
const running = { name: 'payment', lines: said }

const pay = (id: string, records: Partial<SeenRecord>[], more: { story?: object; given?: object } = {}) =>
  outcomeOf(
    checks,
    id,
    sampleHistory(
      {
        few: [one, two],
        many: [one, two],
        before: [one],
        behind: [two],
        poison: ['x'],

        ...more.given,
      },
      { records, processes: [{ ...running, ...more.story }] },
    ),
  )
const orders = [created(one), created(two)]

test('given two orders and two payments in any order, when judged, then F1, F2 and F4 pass', () => {
  for (const id of ['F1', 'F2', 'F4']) assert.equal(pay(id, [...orders, paid(two), paid(one)]), 'pass')
})

test('given a payment that is missing, doubled, keyless or another order, when judged, then F1 says which', () => {
  assert.equal(pay('F1', orders), 'payment.silent')
  assert.equal(pay('F1', [...orders, paid(one)]), 'payment.missing')
  assert.equal(pay('F1', [...orders, paid(one), paid(two), paid(two, { eventId: 'other' })]), 'payment.twice')
  assert.equal(pay('F1', [...orders, paid(one), paid(two, { key: null })]), 'payment.key-wrong')
  assert.equal(
    pay('F1', [...orders, paid(one), paid({ ...two, orderId: 'x' }, { key: two.orderId })]),
    'payment.other-order',
  )
})

test('given an event id that was copied or shared, when judged, then F1 says so', () => {
  assert.equal(
    pay('F1', [...orders, paid(one), paid(two, { eventId: `order-created-${two.orderId}` })]),
    'payment.event-id',
  )
  assert.equal(pay('F1', [...orders, paid(one), paid(two, { eventId: `p-${one.orderId}` })]), 'payment.event-id')
})

test('given lines that are missing, backwards or on standard error, when judged, then F1 says so', () => {
  const both = [...orders, paid(one), paid(two)]
  assert.equal(pay('F1', both, { story: { lines: saidLines('payment processing', 'payment done') } }), 'payment.lines')
  assert.equal(
    pay('F1', both, {
      story: { lines: saidLines('payment done', 'payment processing', 'payment processing', 'payment done') },
    }),
    'payment.lines',
  )
  assert.equal(pay('F1', both, { story: { lines: said.map((line) => ({ ...line, stream: 'err' })) } }), 'payment.lines')
})

test('given lines that say more with the same words, when judged, then F1 takes what it needs', () => {
  const chatty = [
    'Payment processing service started',
    'Payment Processing a',
    'Payment Done a',
    'payment done: 1 so far',
  ]
  const lines = saidLines(...chatty, 'Payment Processing b', 'Payment Done b', 'payment done: 2 so far')
  assert.equal(pay('F1', [...orders, paid(one), paid(two)], { story: { lines } }), 'pass')
})

test('given a service that ended at an unreadable message, or is stuck behind it, when judged, then F4 says which', () => {
  const ended = { exit: { at: 5, code: 1, signal: null }, tail: ['SyntaxError: Unexpected token'] }
  assert.equal(pay('F4', [...orders, paid(one)], { story: ended }), 'payment.poison-kills')
  assert.equal(pay('F4', [...orders, paid(one)]), 'payment.poison-blocks')
})

const down = (records: Partial<SeenRecord>[]) =>
  outcomeOf(
    checks,
    'F3',
    sampleHistory({ early: [one], down: [two], again: 100 }, { records, processes: [running, { name: 'payment#2' }] }),
  )

test('given a stop between orders, when judged, then F3 tells lost from repeated', () => {
  assert.equal(down([...orders, paid(one), paid(two, { at: 120 })]), 'pass')
  assert.equal(down([...orders, paid(two, { at: 120 })]), 'payment.early-orders-lost')
  assert.equal(down([...orders, paid(one)]), 'payment.down-orders-lost')
  assert.equal(down([...orders, paid(one), paid(one, { at: 130 }), paid(two, { at: 131 })]), 'payment.paid-again')
  const twice = [paid(one), paid(one, { eventId: 'x' }), paid(two, { at: 120 }), paid(two, { at: 121, eventId: 'y' })]
  assert.equal(down([...orders, ...twice]), 'pass')
})

const takeOver = (records: Partial<SeenRecord>[], given: object = {}) =>
  outcomeOf(
    checks,
    'F5',
    sampleHistory(
      {
        bothPay: true,
        groups: ['payment-group', 'lab-check-1'],
        steady: [one, two],
        behind: [three],
        committed: { 0: 1 },
        killedAt: 1_000,
        killedClock: 1_000,
        ...given,
      },
      { records: [...orders, created(three), ...records], processes: [running, { ...running, name: 'payment#2' }] },
    ),
  )

test('given a kill, when all is paid, then F5 passes, also where an uncommitted order is paid twice', () => {
  assert.equal(takeOver([paid(one), paid(two), paid(three, { at: 2_000 })]), 'pass')
  assert.equal(takeOver([paid(one), paid(two), paid(two, { at: 1_500 }), paid(three, { at: 2_000 })]), 'pass')
})

test('given a kill, when an order is lost, late or paid again, then F5 says which', () => {
  assert.equal(takeOver([paid(two), paid(three)]), 'payment.lost-at-kill')
  assert.equal(takeOver([paid(one), paid(three)]), 'payment.take-over-late')
  assert.equal(
    takeOver([paid(one), paid(two), paid(three, { at: 70_000, timestamp: 70_000 })]),
    'payment.take-over-late',
  )
  assert.equal(
    takeOver([paid(one), paid(two), paid(one, { at: 1_500, eventId: 'new' }), paid(three)]),
    'payment.again-after-kill',
  )
  assert.equal(
    takeOver([
      paid(one),
      ...[1, 2, 3].map((time) => paid(two, { at: time * 700, eventId: `time-${time}` })),
      paid(three),
    ]),
    'payment.thrice',
  )
})

test('given two instances that do not share, when judged, then F5 says how', () => {
  assert.equal(takeOver([], { bothPay: false }), 'payment.not-shared')
  assert.equal(takeOver([], { groups: ['payments'] }), 'payment.group-name')
  assert.equal(takeOver([paid(one), paid(one), paid(two), paid(two), paid(three)]), 'payment.not-shared')
})

test('given payments for orders that nobody placed, when judged, then F1 does not call them lost', () => {
  const invented = [one, two].map((order) => paid({ ...order, orderId: `new-${order.orderId}` }))
  assert.equal(pay('F1', [...orders, ...invented]), 'payment.other-order')
})

test('given a payment that is sent again with its own event id, when judged, then it is not a second payment', () => {
  const sent = [paid(one), paid(two), paid(three, { at: 2_000 })]
  assert.equal(takeOver([...sent, paid(one, { at: 1_500 })]), 'pass')
  assert.equal(takeOver([...sent, paid(one, { at: 1_500, eventId: 'another' })]), 'payment.again-after-kill')
  const times = [1_500, 1_600, 1_700]
  assert.equal(takeOver([...sent, ...times.map((at) => paid(two, { at }))]), 'pass')
})
