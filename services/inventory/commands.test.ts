import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDecide, type InventoryEvent } from './commands.ts'
import { newStock, type Reservation, type Shelf } from './domain.ts'

const order = { orderId: 'o1', productId: 201, quantity: 2, amount: 20, saga: 'orchestration' } as const
const asks = (command: 'reserve' | 'release', sequence: number): InventoryEvent =>
  ({ eventType: 'inventory.saga.command', data: { ...order, command, sequence, reason: 'no money' } }) as InventoryEvent
const answer = (command: string, sequence: number, rest: object = { outcome: 'done' }) => ({
  type: 'inventory.saga.reply',
  data: { ...order, command, sequence, ...rest },
  occurrence: sequence,
})
const decide = createDecide('whole')
const shelf = (available: number, status?: Reservation['status']): Shelf => ({
  reservation: status && { orderId: 'o1', productId: '201', quantity: 2, status },
  stock: newStock('201', available, 0),
})

test('given units on the shelf, when a reservation is asked twice, then they are set aside once and both are answered', () => {
  const first = decide(asks('reserve', 1), shelf(5))
  assert.deepEqual(first, { state: shelf(3, 'RESERVED'), emit: [answer('reserve', 1)] })
  assert.deepEqual(decide(asks('reserve', 2), first.state), { state: first.state, emit: [answer('reserve', 2)] })
})

test('given too few units, when they are asked for, then it is refused with the reason, also when more came in since', () => {
  const reason = 'not enough stock of product 201: 2 wanted'
  const refused = { outcome: 'refused', reason }
  assert.deepEqual(decide(asks('reserve', 1), shelf(1)).emit, [answer('reserve', 1, refused)])
  assert.deepEqual(decide(asks('reserve', 2), shelf(9, 'FAILED')).emit, [answer('reserve', 2, refused)])
})

test('given a reservation, when its release is asked twice, then the units go back once and both are answered', () => {
  const first = decide(asks('release', 3), shelf(3, 'RESERVED'))
  assert.deepEqual(first.state, shelf(5, 'RELEASED'))
  const restored = { type: 'stock-restored', data: { ...order, reason: 'no money' } }
  assert.deepEqual(first.emit, [restored, answer('release', 3)])
  assert.deepEqual(decide(asks('release', 4), first.state), { state: first.state, emit: [answer('release', 4)] })
})

test('given nothing, when the release comes before its reservation, then it is done by barring it for good', () => {
  const barred = decide(asks('release', 3), shelf(5))
  assert.deepEqual(barred, { state: shelf(5, 'BARRED'), emit: [answer('release', 3)] })
  const refused = { outcome: 'refused', reason: 'the reservation is BARRED' }
  assert.deepEqual(decide(asks('reserve', 1), barred.state), {
    state: barred.state,
    emit: [answer('reserve', 1, refused)],
  })
})

test('given the last unit, when it is reserved by command, then the level is told as ever', () => {
  const types = decide(asks('reserve', 1), shelf(2)).emit.map(({ type }) => type)
  assert.deepEqual(types, ['stock-level-warning', 'stock-depleted', 'inventory.saga.reply'])
})

test('given an order that is orchestrated, when its choreography is told, then nothing is done', () => {
  const event = { eventType: 'payment-success', data: order } as InventoryEvent
  assert.deepEqual(decide(event, shelf(5)), { state: shelf(5), emit: [] })
})
