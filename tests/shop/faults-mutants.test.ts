import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { crashAtPoints } from './faults/crashes.ts'
import { startCustomers } from './faults/customers.ts'
import { type Mutant, mutants, mutated } from './faults/mutants.ts'
import { poisonTopics } from './faults/poison.ts'
import { type Rig, services, startRig } from './faults/rig.ts'
import { runFaults } from './faults/run.ts'
import { waitFor } from './faults/wait.ts'

const home = join(import.meta.dirname, '../..')
const RUNS = 2
const ORDERS = 100

const attackOf =
  ({ points, poison }: Mutant) =>
  async (rig: Rig): Promise<void> => {
    const customers = startCustomers(rig, 20)
    if (poison) await poisonTopics(rig, 12)
    if (points.length > 0) await Promise.all(rig.places.map((place) => crashAtPoints(rig, place, points)))
    await waitFor('enough have ordered', () => customers.accepted() >= ORDERS, { deadlineMs: 30_000 })
    await customers.stop()
  }

/** The invariants that a run of the mutant breaks. */
const broken = async (t: TestContext, mutant: Mutant, seed: number): Promise<string[]> => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-faults-'))
  const env = Object.fromEntries(services.map((service) => [service, mutated(mutant)]))
  const rig = await startRig({ seed, dir, env })
  try {
    const verdict = await runFaults(rig, attackOf(mutant), { drainMs: 4_000 })
    t.diagnostic(verdict.violations[0]?.what ?? `seed ${seed}: nothing was noticed`)
    return [...new Set(verdict.violations.map(({ invariant }) => invariant))]
  } finally {
    await rig.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

describe('the mutants', () => {
  for (const { name, changes } of mutants) {
    it(`given today's code, then ${name} finds what it changes`, () => {
      for (const { file, from } of changes)
        assert.ok(readFileSync(join(home, file), 'utf8').includes(from), `${file} does not hold: ${from}`)
    })
  }
})

describe('the judge', {
  timeout: 900_000,
  skip: process.env.FULL ? false : 'ten shops with a bug each take minutes: FULL=1 runs them',
}, () => {
  for (const mutant of mutants) {
    it(`given a shop where ${mutant.says} (${mutant.name}), when it is attacked at most ${RUNS} times, then an invariant breaks`, async (t) => {
      let found: string[] = []
      for (let seed = 1; seed <= RUNS && found.length === 0; seed++) found = await broken(t, mutant, seed)
      t.diagnostic(`${mutant.name} breaks ${found.join(', ')}`)
      assert.notEqual(found.length, 0, `${mutant.name} was not noticed`)
    })
  }
})
