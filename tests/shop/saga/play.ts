import * as saga from '../../../services/order/saga/machine.ts'
import { createDice } from '../sim/simulate.ts'
import { endsOrWaits, type Finding, judge } from './judge.ts'
import { type ShopOptions, shop } from './models.ts'
import { bustle, maxStep, move, sendAgain, step, tries } from './steps.ts'
import { newWorld, type World } from './world.ts'

const mostRounds = 200

/** All that moves by itself moves until nothing does; then every deadline passes, and so on. */
const settle = (world: World, machine: Parameters<typeof step>[2]): void => {
  for (let round = 0; round < mostRounds; round++) {
    while (bustle(world)) {}
    if (world.letters.some(({ service }) => !service.down)) {
      world.letters.sort((a, b) => Number(a.service.down) - Number(b.service.down))
      sendAgain(world, () => 0)
      continue
    }
    const before = [...world.tables.led.values()].map(({ saga }) => saga)
    for (const orderId of world.tables.led.keys()) move(world, orderId, (one) => machine.onDeadline(one, tries))
    if ([...world.tables.led.values()].every(({ saga }, i) => saga === before[i])) return
  }
}

/**
 * Plays one schedule; then all faults are healed but a service that is gone for good; then that one comes back too, and the operator asks again where
 * he is needed, and settles by hand what cannot be undone. Judged before and after.
 */
export const play = (schedule: readonly number[], options: ShopOptions = {}): { world: World; findings: Finding[] } => {
  const { machine = saga } = options
  const world = newWorld(shop(options))
  for (const n of schedule) step(world, n, machine)
  for (const service of world.services) service.down = service.model.name === world.gone
  settle(world, machine)
  const waiting = endsOrWaits(world)
  for (const service of world.services) service.down = false
  for (const orderId of world.tables.led.keys()) move(world, orderId, machine.retry)
  settle(world, machine)
  for (let round = 0; round < 3; round++) {
    for (const orderId of world.tables.led.keys())
      move(world, orderId, (one) => machine.abandon(one, 'settled by hand'))
    settle(world, machine)
  }
  return { world, findings: [...waiting, ...judge(world)] }
}

/** What went wrong with a schedule, for people. */
export const explain = (schedule: readonly number[], options: ShopOptions = {}): string => {
  const { world, findings } = play(schedule, options)
  return [
    `schedule ${JSON.stringify(schedule)}`,
    ...findings.map(({ orderId, what }) => `${orderId}: ${what}`),
    ...world.story,
  ].join('\n')
}

export const drawSchedule = (dice: (limit: number) => number): number[] => {
  const schedule = new Array<number>(8 + dice(50))
  for (let i = 0; i < schedule.length; i++) schedule[i] = dice(maxStep)
  return schedule
}

/** The first of `count` schedules that breaks something. `but`: findings that do not count. */
export const firstBroken = (options: ShopOptions, seed: number, count: number, but?: RegExp): number[] | undefined => {
  const dice = createDice(seed)
  for (let i = 0; i < count; i++) {
    const schedule = drawSchedule(dice)
    if (play(schedule, options).findings.some(({ what }) => !but?.test(what))) return schedule
  }
  return undefined
}
