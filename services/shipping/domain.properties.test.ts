import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { advance, amend, createDecide, type Shipment, type ShippingEmission, type ShippingEvent } from './domain.ts'

/** A few orders; whatever can happen to them, in any order and as often as it likes. Odd orders are led by the order service. */
const happening = fc.record({
  order: fc.nat({ max: 5 }),
  what: fc.constantFrom('reserved', 'cancelled', 'ship', 'unship', 'step', 'late', 'note'),
})
const happenings = fc.array(happening, { maxLength: 80 })
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

const carrier = {
  name: 'Post',
  refuses: (orderId: string) => orderId === 'o2' || orderId === 'o3',
  number: (orderId: string) => ({ shipmentId: `s-${orderId}`, trackingNumber: `T-${orderId}` }),
  promiseMs: 1_000,
}
const decide = createDecide(carrier)
const types = { reserved: 'stock-reserved', cancelled: 'order-cancelled' } as const

const eventOf = ({ order, what }: Happening, sequence: number): ShippingEvent => {
  const saga = order % 2 === 1 ? ('orchestration' as const) : undefined
  const data = { orderId: `o${order}`, productId: 201, quantity: 1, amount: 10, saga }
  const timestamp = new Date(1_000_000 + sequence).toISOString()
  if (what === 'reserved' || what === 'cancelled')
    return { eventType: types[what], timestamp, data: { ...data, reason: 'r' } } as unknown as ShippingEvent
  return {
    eventType: 'shipping.saga.command',
    timestamp,
    data: { ...data, command: what, sequence },
  } as unknown as ShippingEvent
}

interface Moment {
  readonly order: number
  readonly before: Shipment | undefined
  readonly after: Shipment | undefined
  readonly emit: readonly ShippingEmission[]
}

const actUpon = (one: Happening, before: Shipment | undefined, sequence: number) => {
  if (one.what !== 'step' && one.what !== 'late' && one.what !== 'note') return decide(eventOf(one, sequence), before)
  if (before === undefined) return { state: before, emit: [] }
  if (one.what !== 'note') return advance(before, sequence, one.what === 'late' ? 60 : null)
  const told = amend(before, { note: `note ${sequence % 3}` }, sequence)
  return 'refused' in told ? { state: before, emit: [] } : told
}

const run = (list: readonly Happening[]): Moment[] => {
  const shipments = new Map<number, Shipment | undefined>()
  return list.map((one, i) => {
    const before = shipments.get(one.order)
    const { state, emit } = actUpon(one, before, i + 1)
    shipments.set(one.order, state)
    return { order: one.order, before, after: state, emit }
  })
}

const always = (holds: (moments: readonly Moment[], list: readonly Happening[]) => void): void =>
  fc.assert(
    fc.property(happenings, (list) => holds(run(list), list)),
    { numRuns: 500 },
  )

const edges: Readonly<Record<string, readonly string[]>> = {
  none: ['CREATED', 'FAILED', 'BARRED'],
  CREATED: ['PICKED_UP', 'CANCELLED'],
  PICKED_UP: ['IN_TRANSIT'],
  IN_TRANSIT: ['DELAYED', 'DELIVERED'],
  DELAYED: ['DELIVERED'],
  DELIVERED: [],
  FAILED: [],
  CANCELLED: [],
  BARRED: [],
}

test('given anything in any order, then a shipment only ever goes along its edges, and never leaves an end', () => {
  always((moments) => {
    for (const { before, after } of moments) {
      const [from, to] = [before?.status ?? 'none', after?.status ?? 'none']
      assert.ok(from === to || edges[from]!.includes(to), `${from} → ${to}`)
    }
  })
})

test('given anything in any order, then an order is shipped or refused at most once', () => {
  always((moments) => {
    const begun = moments.flatMap(({ order, emit }) =>
      emit.flatMap((one) => {
        const isBegin =
          one.type === 'shipping.shipment.created' ||
          (one.type === 'shipping.shipment.status-changed' && one.data.status === 'FAILED')
        return isBegin ? [order] : []
      }),
    )
    assert.equal(new Set(begun).size, begun.length)
  })
})

test('given anything in any order, then what is told is what happened, and no two things have one id', () => {
  always((moments) => {
    const ids = new Set<string>()
    for (const { before, after, emit } of moments) {
      const told = emit.flatMap((one) =>
        one.type === 'shipping.shipment.status-changed' ? [[one.data.from, one.data.status]] : [],
      )
      const changed = before?.status !== after?.status && !['BARRED', 'CREATED'].includes(after!.status)
      assert.deepEqual(told, changed ? [[before?.status ?? null, after!.status]] : [])
      for (const { type, data, occurrence } of emit) {
        const id = `${type}.${data.orderId}.${occurrence}`
        assert.ok(!ids.has(id), `${id} twice`)
        ids.add(id)
      }
    }
  })
})

test('given anything in any order, then each command is answered, with done exactly where the shipment is as it asked', () => {
  always((moments, list) => {
    moments.forEach(({ after, emit }, i) => {
      const { what } = list[i]!
      const answers = emit.flatMap((one) => (one.type === 'shipping.saga.reply' ? [one.data] : []))
      assert.equal(answers.length, what === 'ship' || what === 'unship' ? 1 : 0)
      const isOff = ['FAILED', 'CANCELLED', 'BARRED'].includes(after?.status ?? '')
      for (const { outcome, sequence, reason } of answers) {
        assert.equal(sequence, i + 1)
        assert.equal(outcome, isOff === (what === 'unship') ? 'done' : 'refused')
        assert.equal(reason === undefined, outcome === 'done')
      }
    })
  })
})
