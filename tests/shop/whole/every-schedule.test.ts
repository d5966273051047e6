import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everySchedule, type Fate, type Handlers, handlersFor, type State } from './every-schedule.ts'

const fates: Readonly<Record<string, Fate>> = {
  'all goes well': { units: 5, duplicates: 3 },
  'the payment is declined': { units: 5, declined: true, duplicates: 3 },
  'there are not enough units': { units: 1, duplicates: 3 },
  'the carrier refuses': { units: 5, refused: true, duplicates: 3 },
}

const times = ({ said }: State, type: State['said'][number]): number => said.filter((one) => one === type).length

/** Holds at every moment. */
const assertSafe = (state: State, { units }: Fate): void => {
  const [charges, refunds] = [times(state, 'payment-success'), times(state, 'payment-refunded')]
  assert.ok(charges <= 1 && refunds <= charges, `charged ${charges} times, refunded ${refunds} times`)
  const held = state.reservation?.status === 'RESERVED' ? state.reservation.quantity : 0
  assert.equal(state.stock.available + held, units, 'units are made or lost')
  assert.ok(state.stock.available >= 0, 'more is sold than there is')
  assert.ok(times(state, 'stock-restored') <= times(state, 'stock-reserved'), 'more is restored than was reserved')
  const ends = times(state, 'order.order.completed') + times(state, 'order-cancelled')
  assert.equal(ends, state.order.status === 'PENDING' ? 0 : 1, `${state.order.status} after ${ends} ends`)
}

/** Holds once nothing more will come. */
const assertWhole = ({ order, payment, reservation, shipment }: State): void => {
  assert.notEqual(order.status, 'PENDING', 'it never ends')
  const isConfirmed = order.status === 'CONFIRMED'
  assert.equal(payment?.status === 'PAID', isConfirmed, `${order.status}, and the payment is ${payment?.status}`)
  assert.equal(
    reservation?.status === 'RESERVED',
    isConfirmed,
    `${order.status}, and the units are ${reservation?.status}`,
  )
  // What was picked up before the cancelling came cannot be called back; what was not, is.
  if (isConfirmed)
    assert.ok(['CREATED', 'PICKED_UP'].includes(shipment?.status ?? ''), `the parcel is ${shipment?.status}`)
  else assert.notEqual(shipment?.status, 'CREATED', 'cancelled, and its parcel still waits to be sent')
}

const check = (fate: Fate, handlers: Handlers): { situations: number; ends: Set<string> } => {
  const ends = new Set<string>()
  const situations = everySchedule(fate, handlers, (state, isOver) => {
    assertSafe(state, fate)
    if (!isOver) return
    assertWhole(state)
    ends.add(`${state.order.status} ${state.shipment?.status ?? 'no parcel'}`)
  })
  return { situations, ends }
}

const expected: Readonly<Record<string, readonly string[]>> = {
  'all goes well': [
    'CANCELLED BARRED',
    'CANCELLED CANCELLED',
    'CANCELLED PICKED_UP',
    'CONFIRMED CREATED',
    'CONFIRMED PICKED_UP',
  ],
  'the payment is declined': ['CANCELLED BARRED'],
  'there are not enough units': ['CANCELLED BARRED'],
  'the carrier refuses': ['CANCELLED BARRED', 'CANCELLED FAILED'],
}

for (const [name, fate] of Object.entries(fates)) {
  test(`given an order where ${name}, when its customer cancels at any moment or never, then every schedule ends it once, and money and stock add up`, (t) => {
    const { situations, ends } = check(fate, handlersFor(fate))
    t.diagnostic(`${situations} situations`)
    assert.deepEqual([...ends].sort(), expected[name])
  })
}

const right = (fate: Fate) => handlersFor(fate)
const deaf =
  (service: keyof Handlers, ...types: readonly string[]) =>
  (fate: Fate): Handlers => {
    const handlers = right(fate)
    return {
      ...handlers,
      [service]: (state: State, event: Parameters<Handlers['order']>[1]) =>
        types.includes(event.eventType) ? { changed: {}, emit: [] } : handlers[service](state, event),
    }
  }
const mutants: Readonly<Record<string, readonly [keyof typeof fates, (fate: Fate) => Handlers]>> = {
  'a payment that does not hear of cancelling': ['all goes well', deaf('payment', 'order-cancelled')],
  'an inventory that does not hear of cancelling': ['all goes well', deaf('inventory', 'order-cancelled')],
  'shipping that does not hear of cancelling': ['all goes well', deaf('shipping', 'order-cancelled')],
  'an order that does not hear of the refusal': [
    'the carrier refuses',
    deaf('order', 'shipping.shipment.status-changed'),
  ],
  'a payment that charges again what comes again': [
    'all goes well',
    (fate) => ({
      ...right(fate),
      payment: (state, event) =>
        right(fate).payment(
          { ...state, payment: event.eventType === 'order-created' ? undefined : state.payment },
          event,
        ),
    }),
  ],
  'an inventory that reserves what was called off': [
    'all goes well',
    (fate) => ({
      ...right(fate),
      inventory: (state, event) =>
        right(fate).inventory(
          { ...state, reservation: state.reservation?.status === 'BARRED' ? undefined : state.reservation },
          event,
        ),
    }),
  ],
}
for (const [name, [fate, handlers]] of Object.entries(mutants)) {
  test(`given ${name}, then some schedule shows it`, () => {
    assert.throws(() => check(fates[fate]!, handlers(fates[fate]!)), assert.AssertionError)
  })
}
