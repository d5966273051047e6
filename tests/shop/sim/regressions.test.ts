import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { caught } from './mutants.ts'
import { explain, play } from './simulate.ts'
import type { WorldOptions } from './world.ts'

interface Pinned {
  readonly name: string
  readonly schedule: readonly number[]
}
interface Regressions {
  /** Schedules that once broke the shop itself: each must pass for ever. */
  readonly shop: readonly Pinned[]
  /** The smallest schedules that show each mutant. */
  readonly mutants: readonly (Pinned & { readonly invariants: readonly string[] })[]
}

const regressions: Regressions = JSON.parse(readFileSync(new URL('./regressions.json', import.meta.url), 'utf8'))
const brokenBy = (schedule: readonly number[], options: WorldOptions): string[] => [
  ...new Set(play(schedule, options).findings.map(({ invariant }) => invariant)),
]

for (const { name, schedule } of [...regressions.shop, ...regressions.mutants]) {
  test(`given the schedule of ${name}, when the right shop plays it, then nothing is broken`, () => {
    assert.deepEqual(play(schedule).findings, [], explain(schedule))
  })
}

for (const { name, schedule, invariants } of regressions.mutants) {
  test(`given the schedule of ${name}, when that wrong shop plays it ten times, then ${invariants.join(' and ')} break each time`, () => {
    const mutant = caught[name as keyof typeof caught]
    for (let i = 0; i < 10; i++) assert.deepEqual(brokenBy(schedule, mutant.options), invariants)
  })
}

test('given the list of mutants, then each has its pinned schedule (write them anew by pin.ts)', () => {
  assert.deepEqual(regressions.mutants.map(({ name }) => name).sort(), Object.keys(caught).sort())
})
