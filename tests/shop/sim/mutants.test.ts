import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCounterexample } from './counterexample.ts'
import { caught, equivalents, type Mutant } from './mutants.ts'
import { play, simulate } from './simulate.ts'

const mutants: readonly (readonly [string, Mutant])[] = Object.entries(caught)
const mostSteps = 8

for (const [name, mutant] of mutants) {
  test(`given a shop that ${mutant.what} (${name}), then a thousand schedules show it, and a handful of steps is enough`, () => {
    const found = findCounterexample(mutant, 1, 1_000)
    assert.ok(found !== null, `${name} survived 1,000 schedules`)
    assert.ok(found.schedule.length <= mostSteps, `${found.schedule.length} steps: ${JSON.stringify(found.schedule)}`)
    assert.deepEqual(play(found.schedule).findings, [], 'the right shop must not fail where the wrong one does')
  })
}

for (const [name, { what, options, equivalent }] of Object.entries(equivalents)) {
  test(`given a shop that ${what} (${name}), then 20,000 schedules do not show it: ${equivalent}`, () => {
    assert.deepEqual(simulate({ schedules: 20_000, seed: 3, stopAfter: 1, ...options }).violations, [])
  })
}
