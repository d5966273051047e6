import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advance, amend, type Carrier, createDecide, type Shipment, type ShippingEvent } from './domain.ts'

const order = { orderId: 'o1', productId: 201, quantity: 2, amount: 20 }
const led = { ...order, saga: 'orchestration' as const }
const at = Date.parse('2026-03-01T10:00:00Z')
const carrierThat = (refuses: boolean): Carrier => ({
  name: 'Post',
  refuses: () => refuses,
  number: (orderId) => ({ shipmentId: `s-${orderId}`, trackingNumber: `T-${orderId}` }),
  promiseMs: 1_000,
})
const ships = createDecide(carrierThat(false))
const refuses = createDecide(carrierThat(true))
const facts = { ...order, shipmentId: 's-o1', trackingNumber: 'T-o1', carrier: 'Post' }

const event = (eventType: ShippingEvent['eventType'], data: object): ShippingEvent =>
  ({ eventId: 'e', eventType, timestamp: new Date(at).toISOString(), data }) as ShippingEvent
const reserved = event('stock-reserved', order)
const cancelled = event('order-cancelled', { ...order, reason: 'changed my mind' })
const ask = (command: 'ship' | 'unship', sequence: number): ShippingEvent =>
  event('shipping.saga.command', { ...led, command, sequence })

const created = ships(reserved, undefined).state!
const inStatus = (status: Shipment['status']): Shipment => ({ ...created, status })
const under = ['PICKED_UP', 'IN_TRANSIT', 'DELAYED', 'DELIVERED'] as const
const ends = ['DELIVERED', 'FAILED', 'CANCELLED', 'BARRED'] as const

test('given nothing, when the stock is reserved, then the parcel is handed over and its number told', () => {
  const { state, emit } = ships(reserved, undefined)
  assert.deepEqual(emit, [{ type: 'shipping.shipment.created', data: facts }])
  assert.deepEqual(state, {
    ...facts,
    status: 'CREATED',
    reason: null,
    deliverBy: at + 1_000,
    changes: 0,
    history: [{ status: 'CREATED', at, note: null }],
  })
})

test('given a carrier that refuses, when the stock is reserved, then the shipment FAILED and there was none before', () => {
  const { state, emit } = refuses(reserved, undefined)
  const reason = 'Post refused the parcel'
  assert.deepEqual([state?.status, state?.reason], ['FAILED', reason])
  assert.deepEqual(emit, [
    {
      type: 'shipping.shipment.status-changed',
      data: { ...facts, from: null, status: 'FAILED', reason },
      occurrence: 1,
    },
  ])
})

test('given a shipment, when the stock is reserved again, then there is no second one', () => {
  for (const before of [created, ...ends.map(inStatus)])
    assert.deepEqual(ships(reserved, before), { state: before, emit: [] })
})

test('given a shipment that waits, when its order is cancelled, then it is called back', () => {
  const { state, emit } = ships(cancelled, created)
  assert.equal(state?.status, 'CANCELLED')
  assert.deepEqual(emit, [
    {
      type: 'shipping.shipment.status-changed',
      data: { ...facts, from: 'CREATED', status: 'CANCELLED', reason: 'changed my mind' },
      occurrence: 1,
    },
  ])
})

test('given a parcel on its way or at its end, when its order is cancelled, then it stays what it is', () => {
  for (const status of [...under, ...ends])
    assert.deepEqual(ships(cancelled, inStatus(status)), { state: inStatus(status), emit: [] })
})

test('given nothing, when the cancellation comes before the reservation, then nothing will ever be sent', () => {
  const { state, emit } = ships(cancelled, undefined)
  assert.deepEqual([state?.status, emit], ['BARRED', []])
  assert.deepEqual(ships(reserved, state), { state, emit: [] })
})

test('given an order that the order service leads, when its events come, then they are passed over', () => {
  for (const before of [undefined, created]) {
    assert.deepEqual(ships(event('stock-reserved', led), before), { state: before, emit: [] })
    assert.deepEqual(ships(event('order-cancelled', { ...led, reason: 'r' }), before), { state: before, emit: [] })
  }
})

const replyOf = ({ emit }: ReturnType<typeof ships>) => {
  const last = emit.at(-1)
  assert.ok(last?.type === 'shipping.saga.reply')
  assert.equal(last.occurrence, last.data.sequence, 'each answer is told apart by the command that it answers')
  return last.data
}

test('given a command to ship, when it comes twice, then the parcel is sent once and both are answered with its number', () => {
  const first = ships(ask('ship', 1), undefined)
  assert.deepEqual(
    first.emit.map(({ type }) => type),
    ['shipping.shipment.created', 'shipping.saga.reply'],
  )
  const answer = { ...led, command: 'ship', outcome: 'done', shipmentId: 's-o1', trackingNumber: 'T-o1' }
  assert.deepEqual(replyOf(first), { ...answer, sequence: 1 })
  const second = ships(ask('ship', 2), first.state)
  assert.equal(second.state, first.state)
  assert.equal(second.emit.length, 1)
  assert.deepEqual(replyOf(second), { ...answer, sequence: 2 })
})

test('given a carrier that refuses, when a command to ship comes twice, then both are refused for the same reason', () => {
  const first = refuses(ask('ship', 1), undefined)
  assert.equal(first.emit[0]?.type, 'shipping.shipment.status-changed')
  const second = refuses(ask('ship', 2), first.state)
  assert.equal(second.emit.length, 1)
  for (const { outcome, reason } of [replyOf(first), replyOf(second)])
    assert.deepEqual([outcome, reason], ['refused', 'Post refused the parcel'])
})

test('given a command to unship, when it comes before the command to ship, then it is done, and the later one refused', () => {
  const undone = ships(ask('unship', 2), undefined)
  assert.deepEqual([undone.state?.status, replyOf(undone).outcome], ['BARRED', 'done'])
  const late = ships(ask('ship', 1), undone.state)
  assert.deepEqual([late.state, late.emit.length], [undone.state, 1])
  assert.deepEqual([replyOf(late).outcome, replyOf(late).reason], ['refused', 'called back'])
})

test('given a shipment that waits, when it is called back twice, then it is cancelled once and both are answered', () => {
  const first = ships(ask('unship', 2), created)
  assert.deepEqual([first.state?.status, first.emit.length, replyOf(first).outcome], ['CANCELLED', 2, 'done'])
  const second = ships(ask('unship', 3), first.state)
  assert.deepEqual([second.state, second.emit.length, replyOf(second).outcome], [first.state, 1, 'done'])
})

test('given a parcel on its way, when it is called back, then that is refused with its status', () => {
  for (const status of under) {
    const { state, emit } = ships(ask('unship', 2), inStatus(status))
    assert.deepEqual([state?.status, emit.length], [status, 1])
    const { outcome, reason } = replyOf({ state, emit })
    assert.equal(outcome, 'refused')
    assert.match(reason ?? '', new RegExp(status))
  }
})

test('given a parcel, when the carrier does all its steps, then each change is told once with a number of its own', () => {
  let shipment = created
  const told: unknown[] = []
  for (let step = 1; step <= 5; step++) {
    const { state, emit } = advance(shipment, at + step, null)
    shipment = state
    told.push(
      ...emit.map(({ type, occurrence, data }) => [type.split('.')[2], occurrence, 'status' in data && data.status]),
    )
  }
  assert.deepEqual(told, [
    ['status-changed', 1, 'PICKED_UP'],
    ['status-changed', 2, 'IN_TRANSIT'],
    ['status-changed', 3, 'DELIVERED'],
  ])
  assert.deepEqual(
    shipment.history.map(({ status, at: when }) => [status, when - at]),
    [
      ['CREATED', 0],
      ['PICKED_UP', 1],
      ['IN_TRANSIT', 2],
      ['DELIVERED', 3],
    ],
  )
})

test('given a parcel in transit that is late, then it is DELAYED with a new time and a note, and delivered all the same', () => {
  const { state, emit } = advance(inStatus('IN_TRANSIT'), at + 5_000, 60_000)
  assert.deepEqual([state.status, state.deliverBy], ['DELAYED', at + 65_000])
  const [late, updated] = emit
  assert.ok(late?.type === 'shipping.shipment.status-changed' && updated?.type === 'shipping.shipment.updated')
  assert.deepEqual([late.data.status, late.data.reason], ['DELAYED', 'Post is late'])
  assert.equal(updated.data.deliverBy, new Date(at + 65_000).toISOString())
  const delivered = advance(state, at + 70_000, 60_000).state
  assert.deepEqual([delivered.status, delivered.reason], ['DELIVERED', null])
})

test('given a parcel on its way, when a note is told twice, then it is told once', () => {
  const news = { note: 'left with the neighbour', deliverBy: at + 9 }
  const first = amend(created, news, at)
  assert.ok('state' in first && first.emit[0]?.type === 'shipping.shipment.updated')
  assert.deepEqual([first.state.deliverBy, first.emit[0].data.note], [at + 9, news.note])
  assert.deepEqual(amend(first.state, news, at), { state: first.state, emit: [] })
})

test('given a parcel at its end, or one changed without end, when a note comes, then it is refused', () => {
  for (const status of ends)
    assert.deepEqual(amend(inStatus(status), { note: 'n' }, at), { refused: `it is ${status}` })
  assert.ok('refused' in amend({ ...created, changes: 50 }, { note: 'n' }, at))
})
