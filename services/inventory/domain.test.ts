import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, type InventoryEvent, newStock, type Reservation, type Shelf, setAvailable } from './domain.ts'

const data = { orderId: 'o1', productId: 201, quantity: 2, amount: 20 }
const paid = { eventId: 'p', eventType: 'payment-success', data } as unknown as InventoryEvent
const cancelled = {
  eventId: 'c',
  eventType: 'order-cancelled',
  data: { ...data, reason: 'changed my mind' },
} as unknown as InventoryEvent
const stock = newStock('201', 10, 3)
const reservation = (status: Reservation['status']): Reservation => ({
  orderId: 'o1',
  productId: '201',
  quantity: 2,
  status,
})
const typesOf = ({ emit }: { emit: readonly { type: string }[] }): string[] => emit.map(({ type }) => type)

test('given enough units, when an order is paid, then they are reserved', () => {
  const { state, emit } = decide(paid, { reservation: undefined, stock })
  assert.deepEqual(state, { reservation: reservation('RESERVED'), stock: { ...stock, available: 8 } })
  assert.deepEqual(emit, [{ type: 'stock-reserved', data }])
})

for (const [name, shelf] of [
  ['too few units', newStock('201', 1, 3)],
  ['a product that nobody knows', undefined],
] as const) {
  test(`given ${name}, when an order is paid, then it is told why nothing is reserved and the shelf stays as it is`, () => {
    const { state, emit } = decide(paid, { reservation: undefined, stock: shelf })
    assert.deepEqual(state, { reservation: reservation('FAILED'), stock: shelf })
    const reason = `not enough stock of product 201: 2 wanted, ${shelf?.available ?? 0} left`
    assert.deepEqual(emit, [{ type: 'stock-failed', data: { ...data, reason } }])
  })
}

test('given the last units, when they are reserved, then the product is depleted, not oversold', () => {
  const { state, emit } = decide(paid, { reservation: undefined, stock: newStock('201', 2, 0) })
  assert.equal(state.stock?.available, 0)
  assert.deepEqual(typesOf({ emit }), ['stock-reserved', 'stock-level-warning', 'stock-depleted'])
})

test('given a reservation, when the order is cancelled, then the units go back on the shelf', () => {
  const { state, emit } = decide(cancelled, { reservation: reservation('RESERVED'), stock })
  assert.deepEqual(state, { reservation: reservation('RELEASED'), stock: { ...stock, available: 12 } })
  assert.deepEqual(emit, [])
})

test('given nothing, when the cancellation comes before the payment, then nothing will be reserved', () => {
  const barred = decide(cancelled, { reservation: undefined, stock })
  assert.deepEqual(barred, { state: { reservation: reservation('BARRED'), stock }, emit: [] })
  assert.deepEqual(decide(paid, barred.state), { state: barred.state, emit: [] })
})

for (const status of ['FAILED', 'RELEASED', 'BARRED'] as const) {
  test(`given a reservation that is ${status}, when anything comes, then it stays so and the shelf too`, () => {
    const shelf: Shelf = { reservation: reservation(status), stock }
    for (const event of [paid, cancelled]) assert.deepEqual(decide(event, shelf), { state: shelf, emit: [] })
  })
}

test('given a reservation, when its payment comes again, then nothing more is reserved', () => {
  const shelf: Shelf = { reservation: reservation('RESERVED'), stock }
  assert.deepEqual(decide(paid, shelf), { state: shelf, emit: [] })
})

const ways: readonly (readonly [number, number, readonly string[]])[] = [
  [10, 4, []],
  [10, 3, ['stock-level-warning']],
  [10, 0, ['stock-level-warning', 'stock-depleted']],
  [3, 2, []],
  [3, 0, ['stock-depleted']],
  [0, 2, []],
  [0, 4, ['stock-level-normalized']],
  [3, 4, ['stock-level-normalized']],
  [0, 0, []],
]
for (const [from, to, types] of ways) {
  test(`given ${from} units and a threshold of 3, when there are ${to}, then ${types.join(' and ') || 'nothing'} is said`, () => {
    assert.deepEqual(typesOf(setAvailable(newStock('201', from, 3), to)), types)
  })
}

test('given a threshold that is raised above the units at hand, then the product is low at once', () => {
  assert.deepEqual(typesOf(setAvailable(newStock('201', 5, 3), 5, 6)), ['stock-level-warning'])
})

test('given two crossings of one kind, then their events are two occurrences', () => {
  const first = setAvailable(newStock('201', 4, 3), 3)
  const back = setAvailable(first.state, 4)
  const again = setAvailable(back.state, 3)
  assert.deepEqual(
    [first, back, again].map(({ emit }) => emit[0]?.occurrence),
    [1, 2, 3],
  )
})
