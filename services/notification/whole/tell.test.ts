import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Desk, type Message, type TellingEvent, tell } from '../domain.ts'
import { happened } from './telling.fixture.ts'

const nobody: Desk = { told: undefined, reader: undefined }
const reader = tell(happened('identity.user.created'), nobody).state.reader
const known: Desk = { told: undefined, reader }

/** Folds events over a desk, as a batch does. */
const fold = (events: readonly TellingEvent[], desk: Desk = known): { desk: Desk; messages: Message[] } => {
  const messages: Message[] = []
  let state = desk
  for (const event of events) {
    const decision = tell(event, state)
    state = decision.state
    messages.push(...decision.emit)
  }
  return { desk: state, messages }
}
const summary = (messages: readonly Message[]): string[] => messages.map(({ kind, way }) => `${kind} ${way}`)

test('given an order that was told nothing yet, when it is completed, then it gets one e-mail under an id that follows from the order', () => {
  const { messages } = fold([happened('order.order.completed'), happened('order.order.completed')])
  assert.deepEqual(
    messages.map(({ id, userId, orderId }) => ({ id, userId, orderId })),
    [{ id: 'confirmation.o-1.email', userId: 'u-1', orderId: 'o-1' }],
  )
})

test('given a user who wants no e-mails, when the order is cancelled, then the e-mail goes out all the same: it is about money', () => {
  assert.deepEqual(summary(fold([happened('order-cancelled')]).messages), ['cancellation email'])
})

test('given a cancellation, when the completion comes behind it, then nobody is told what is no longer true', () => {
  const { messages } = fold([happened('order-cancelled'), happened('order.order.completed')])
  assert.deepEqual(summary(messages), ['cancellation email'])
})

test('given a user who wants SMS and push, when the parcel moves, then both tell of what is worth telling', () => {
  const moves = ['PICKED_UP', 'IN_TRANSIT', 'DELAYED', 'DELIVERED'] as const
  const { messages } = fold(moves.map((status) => happened('shipping.shipment.status-changed', { status })))
  assert.deepEqual(summary(messages), [
    'in-transit sms',
    'in-transit push',
    'delayed sms',
    'delayed push',
    'delivered sms',
    'delivered push',
  ])
})

test('given a user that nobody knows, or who is deactivated, when the parcel moves, then no SMS goes anywhere', () => {
  const move = happened('shipping.shipment.status-changed')
  assert.deepEqual(tell(move, nobody).emit, [])
  const gone = fold([happened('identity.user.deactivated', { forgotten: false, revision: 9 })]).desk
  assert.deepEqual(tell(move, gone).emit, [])
})

test('given a parcel that has arrived or an order that is off, when older news come behind it, then they are not told', () => {
  const late = [happened('shipping.shipment.status-changed'), happened('shipping.shipment.updated')]
  const arrived = happened('shipping.shipment.status-changed', { status: 'DELIVERED' })
  assert.deepEqual(summary(fold([arrived, ...late]).messages), ['delivered sms', 'delivered push'])
  assert.deepEqual(summary(fold([happened('order-cancelled'), ...late]).messages), ['cancellation email'])
})

test('given an order that names nobody, when it ends, then the e-mail is for the customer, whoever that is', () => {
  const [mail] = fold([happened('order.order.completed', { userId: undefined })]).messages
  assert.equal(mail?.userId, null)
})

test('given a product, when it crosses its threshold, then the administrator gets one e-mail a crossing', () => {
  const { messages } = fold([
    happened('stock-level-warning'),
    happened('stock-depleted'),
    happened('stock-level-normalized'),
  ])
  assert.deepEqual(summary(messages), ['stock-low email', 'stock-depleted email', 'stock-normal email'])
  assert.ok(messages.every(({ orderId, userId }) => orderId === null && userId === null))
})

test('given changes of a user in any order and number, when all have come, then the highest revision holds', () => {
  const change = fc.record({
    revision: fc.integer({ min: 1, max: 6 }),
    kind: fc.constantFrom('updated', 'deactivated'),
  })
  const toEvent = ({ revision, kind }: { revision: number; kind: string }): TellingEvent =>
    kind === 'updated'
      ? happened('identity.user.updated', { revision, role: revision % 2 === 0 ? 'admin' : 'customer' })
      : happened('identity.user.deactivated', { revision, forgotten: true })
  fc.assert(
    fc.property(
      fc.uniqueArray(change, { selector: ({ revision }) => revision, minLength: 1 }),
      fc.infiniteStream(fc.nat()),
      (changes, picks) => {
        const shuffled = [...changes].sort(() => (picks.next().value % 2 === 0 ? 1 : -1))
        const { desk } = fold([...shuffled, ...changes].map(toEvent), nobody)
        const last = changes.reduce((a, b) => (a.revision > b.revision ? a : b))
        assert.equal(desk.reader?.revision, last.revision)
        assert.equal(desk.reader?.status, last.kind === 'updated' ? 'active' : 'forgotten')
        assert.equal(desk.reader?.personal === null, last.kind === 'deactivated')
      },
    ),
  )
})

test('given a user who left, when it is heard only then that they had come, then their last e-mails still find them', () => {
  const left = happened('identity.user.deactivated', { forgotten: false, revision: 9 })
  const { reader: late } = fold([left, happened('identity.user.created')], nobody).desk
  assert.deepEqual([late?.status, late?.revision, late?.personal?.keyId], ['deactivated', 9, 'k-1'])
  const forgotten = happened('identity.user.deactivated', { forgotten: true, revision: 9 })
  assert.equal(fold([forgotten, happened('identity.user.created')], nobody).desk.reader?.personal, null)
})

test('given any events in any order, repeated at will, when all have come, then each order end has at most one e-mail and no id comes twice', () => {
  const statuses = ['PICKED_UP', 'IN_TRANSIT', 'DELAYED', 'DELIVERED', 'FAILED', 'CANCELLED'] as const
  const pool = [
    happened('order.order.completed'),
    happened('order-cancelled'),
    happened('shipping.shipment.updated'),
    happened('shipping.shipment.updated'),
    ...statuses.map((status) => happened('shipping.shipment.status-changed', { status })),
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pool), { maxLength: 40 }), (events) => {
      // The inbox drops what comes a second time under its own id; ends come under new ids, too.
      const seen = new Set<string>()
      const fresh = events.filter(({ eventType, eventId }) => {
        const isEnd = eventType === 'order.order.completed' || eventType === 'order-cancelled'
        if (isEnd || !seen.has(eventId)) return seen.add(eventId)
        return false
      })
      const { messages } = fold(fresh)
      const ids = messages.map(({ id }) => id)
      assert.equal(new Set(ids).size, ids.length)
      const mails = summary(messages).filter((one) => one.endsWith('email'))
      assert.equal(new Set(mails).size, mails.length)
      const ends = fresh.filter(({ eventType }) => eventType.startsWith('order'))
      if (ends.length > 0) assert.ok(mails.length >= 1, 'an end is told')
    }),
  )
})
