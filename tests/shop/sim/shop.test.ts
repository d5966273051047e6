import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { catalogue, coreEventNames, type EventName, type NewEvent } from '../../../services/contracts/catalogue.ts'
import { createReader, encodeEvent } from '../../../services/contracts/codec.ts'
import { anySchedule } from './counterexample.ts'
import { toEvent } from './publish.ts'
import { createDice, drawSchedule, explain, play, simulate } from './simulate.ts'
import type { World } from './world.ts'

const seed = Number(process.env.SIM_SEED ?? 20_261)
const schedules = 200_000

test(`given the shop as it is, when ${schedules} random schedules of faults are played, then no invariant is ever broken`, () => {
  const { violations } = simulate({ schedules, seed, stopAfter: 1 })
  const [first] = violations
  if (first === undefined) return
  assert.fail(
    `SIM_SEED=${seed}, schedule ${first.nth}; keep it in regressions.json under "shop":\n${explain(first.schedule)}`,
  )
})

test('given the shop as it is, when fast-check looks for a schedule that breaks an invariant, then it finds none', () => {
  fc.assert(
    fc.property(anySchedule, (schedule) => {
      if (play(schedule).findings.length > 0) throw new Error(explain(schedule))
    }),
    { numRuns: 2_000, seed },
  )
})

test('given every event goes through the production codec, then the same schedules end in the same tables', () => {
  const dice = createDice(seed)
  for (let i = 0; i < 300; i++) {
    const schedule = drawSchedule(dice)
    const [short, wire] = [play(schedule), play(schedule, { wire: true })]
    assert.deepEqual(wire.findings, [], JSON.stringify(schedule))
    assert.deepEqual(wire.world.tables, short.world.tables)
  }
})

test('given one schedule, when it is played ten times, then it tells the same history ten times', () => {
  const schedule = drawSchedule(createDice(seed))
  const first = explain(schedule)
  for (let i = 0; i < 9; i++) assert.equal(explain(schedule), first)
})

const data = { orderId: 'o1', productId: 201, quantity: 1, amount: 9.99, reason: 'r', available: 1, threshold: 2 }

test('given each type of event, then the simulator makes the envelope that the production codec writes and reads', () => {
  for (const type of coreEventNames) {
    const event = { type, data: catalogue[type].data.parse(data), occurrence: 3 } as NewEvent<EventName>
    const simulated = toEvent(event, 'order', 'cause-1')
    const row = encodeEvent(event, 'order', { eventId: 'cause-1' }, Date.parse(simulated.timestamp))
    const read = createReader([type])(type, Buffer.from(row.payload ?? ''))
    assert.deepEqual(read, { ok: true, event: simulated })
  }
})

const has = (states: Iterable<{ status: string }>, status: string): boolean =>
  [...states].some((state) => state.status === status)

/** Hard places: a green run that never came there would prove nothing. */
const places: Readonly<Record<string, (world: World) => boolean>> = {
  'an order is confirmed': ({ tables }) => has(tables.orders.values(), 'CONFIRMED'),
  'a payment is declined': ({ tables }) => has(tables.payments.values(), 'DECLINED'),
  'stock runs out': ({ tables }) => has(tables.reservations.values(), 'FAILED'),
  'a cancellation overtakes the order at the payment': ({ tables }) => has(tables.payments.values(), 'BARRED'),
  'a cancellation overtakes the payment at the inventory': ({ tables }) => has(tables.reservations.values(), 'BARRED'),
  'units go back on the shelf': ({ tables }) => has(tables.reservations.values(), 'RELEASED'),
  'a customer is told yes and then no': ({ tables }) =>
    [...tables.mailboxes.values()].some(({ length }) => length === 2),
  'an event lies twice on its topic': ({ logs }) =>
    logs.some((log) => new Set(log.map(({ row }) => row)).size < log.length - 1),
  'an event is given up and comes back': ({ letters }) => letters.some(({ entry }) => entry.parsed.ok),
  'poison is buried': ({ letters }) => letters.some(({ entry }) => !entry.parsed.ok),
  'an inbox is pruned before a replay': ({ services }) => Object.values(services).some(({ seen }) => seen.prunes > 0),
  'rows are adopted': ({ services }) =>
    Object.values(services).some(({ outbox }) => outbox.some(({ writer, owner }) => !writer.endsWith(`#${owner}`))),
}

test('given a thousand schedules, then each hard place is reached by at least ten of them', () => {
  const dice = createDice(seed)
  const reached = new Map(Object.keys(places).map((name) => [name, 0]))
  for (let i = 0; i < 1_000; i++) {
    const { world } = play(drawSchedule(dice))
    for (const [name, isThere] of Object.entries(places)) if (isThere(world)) reached.set(name, reached.get(name)! + 1)
  }
  for (const [name, count] of reached) assert.ok(count >= 10, `${name}: ${count} of 1,000 schedules`)
})
