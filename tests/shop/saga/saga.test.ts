import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { anySchedule } from '../sim/counterexample.ts'
import { createDice } from '../sim/simulate.ts'
import type { Violation } from '../sim/violation.ts'
import { caught, harmless, type Mutant } from './mutants.ts'
import { drawSchedule, explain, firstBroken, play } from './play.ts'
import type { ShopEvent, World } from './world.ts'

const seed = Number(process.env.SIM_SEED ?? 20_261)
const schedules = 10_000

test(`given both kinds of saga side by side, when ${schedules} random schedules of faults are played, then nothing is ever lost, doubled or left open`, () => {
  const broken = firstBroken({}, seed, schedules)
  if (broken !== undefined) assert.fail(`SIM_SEED=${seed}; keep it in regressions.json:\n${explain(broken)}`)
})

test('given both kinds of saga, when fast-check looks for a schedule that breaks an invariant, then it finds none', () => {
  fc.assert(
    fc.property(anySchedule, (schedule) => {
      if (play(schedule).findings.length > 0) throw new Error(explain(schedule))
    }),
    { numRuns: 5_000, seed },
  )
})

for (const [name, { what, options }] of Object.entries<Mutant>(caught)) {
  test(`given a shop that ${what} (${name}), when schedules are played, then one of a thousand shows it`, () => {
    assert.ok(firstBroken(options, seed, 1_000), 'nobody noticed')
  })
}

for (const [name, { what, options, shows }] of Object.entries<Mutant>(harmless)) {
  test(`given ${what} (${name}), when schedules are played, then nothing breaks`, () => {
    const broken = firstBroken(options, seed, 2_000, shows)
    if (broken !== undefined) assert.fail(explain(broken, options))
  })
}

interface Pinned {
  readonly name: string
  readonly schedule: readonly number[]
  readonly mutant: keyof typeof caught
}
/** Written by pin.ts: the smallest schedules that show each mutant. */
const regressions: readonly Pinned[] = JSON.parse(readFileSync(new URL('./regressions.json', import.meta.url), 'utf8'))
for (const { name, schedule, mutant } of regressions) {
  test(`given the schedule of ${name}, then the right shop passes it, and ${mutant} breaks it each time`, () => {
    assert.deepEqual<readonly Violation[]>(play(schedule).findings, [], explain(schedule))
    for (let i = 0; i < 3; i++) assert.ok(play(schedule, caught[mutant].options).findings.length > 0)
  })
}

const someSaga = ({ tables }: World, is: (led: NonNullable<ReturnType<typeof tables.led.get>>) => boolean): boolean =>
  [...tables.led.values()].some(is)
const moved = ({ moves }: World, entity: string, to: string): boolean =>
  moves.some((move) => move.entity === entity && move.to === to)

const isRefusedUnship = ({ eventType, data }: ShopEvent): boolean =>
  eventType === 'shipping.saga.reply' && data.command === 'unship' && data.outcome === 'refused'

/** A command that was sent when the order was cancelled already. */
const undoneAgain = ({ services }: World): boolean => {
  const said = services[0]!.outbox.map(({ event }) => event)
  return said.some(
    ({ eventType, correlationId }, i) =>
      eventType.endsWith('.saga.command') &&
      said.slice(0, i).some(({ eventId }) => eventId === `order-cancelled.${correlationId}`),
  )
}

/** Hard places: a green run that never came there would prove nothing. */
const places: Readonly<Record<string, (world: World) => boolean>> = {
  'an orchestrated order is confirmed': (world) =>
    someSaga(world, ({ order, saga }) => saga !== undefined && order?.status === 'CONFIRMED'),
  'a choreographed order is confirmed': (world) =>
    someSaga(world, ({ order, saga }) => saga === undefined && order?.status === 'CONFIRMED'),
  'an order needs attention': (world) => moved(world, 'order', 'NEEDS_ATTENTION'),
  'money goes back': (world) => moved(world, 'payment', 'REFUNDED'),
  'a refund overtakes its charge': (world) => moved(world, 'payment', 'BARRED'),
  'a release overtakes its reservation': (world) => moved(world, 'reservation', 'BARRED'),
  'a parcel is called back': (world) => moved(world, 'shipment', 'CANCELLED'),
  'the carrier refuses': (world) => moved(world, 'shipment', 'FAILED'),
  'a compensation is settled by hand': (world) => someSaga(world, ({ saga }) => (saga?.settledByHand.length ?? 0) > 0),
  'a cancelled order is undone once more': undoneAgain,
  'a parcel cannot be called back': ({ services }) =>
    services.some(({ outbox }) => outbox.some(({ event }) => isRefusedUnship(event))),
  'a service is gone for good': ({ gone }) => gone !== '',
}

test('given a thousand schedules, then each hard place is reached by at least five of them', () => {
  const dice = createDice(seed)
  const reached = new Map(Object.keys(places).map((name) => [name, 0]))
  for (let i = 0; i < 1_000; i++) {
    const { world } = play(drawSchedule(dice))
    for (const [name, isThere] of Object.entries(places)) if (isThere(world)) reached.set(name, reached.get(name)! + 1)
  }
  for (const [name, count] of reached) assert.ok(count >= 5, `${name}: ${count} of 1,000 schedules`)
})
