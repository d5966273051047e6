import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { lettersDue } from './faults/invariants/dead-letters.ts'
import { landedFaults } from './faults/nemesis.ts'
import {
  duplicatesAndStorms,
  hostileMachine,
  killsAndWeather,
  POISONED,
  poisoned,
  recovery,
  sayMissing,
  surroundings,
} from './faults/plans.ts'
import { RECOVERY_MS } from './faults/recovery.ts'
import { type Rig, type RigOptions, startRig } from './faults/rig.ts'
import { allPoints, runFaults, type Verdict } from './faults/run.ts'

/** Another seed (FAULTS_SEED) makes another plan; the machine's timing is never the same twice. */
const seed = Number(process.env.FAULTS_SEED || 1)
/** Of the twelve labelled points, so many at each service; all of them with FULL=1, and in `npm run bench -- faults`. */
const points = process.env.FULL === '1' ? 12 : 4

const newDir = (): string => mkdtempSync(join(tmpdir(), 'lab-faults-'))

/** The folder stays when the test fails: its history.jsonl and logs tell the rest. `leave`: done when the rig has stopped. */
const rigFor = async (
  t: TestContext,
  options: Omit<RigOptions, 'seed'>,
  leave: () => Promise<void> = async () => {},
): Promise<Rig> => {
  t.diagnostic(`seed ${seed}, history in ${options.dir}/history.jsonl`)
  const rig = await startRig({ seed, ...options })
  t.after(async () => {
    await rig.stop()
    await leave()
    if (t.passed) rmSync(options.dir, { recursive: true, force: true })
  })
  return rig
}

const assertHolds = (verdict: Verdict, dir: string): void => {
  assert.deepEqual(verdict.missed, [], `the run is invalid: these faults did not land (${dir})`)
  assert.equal(verdict.violations.length, 0, `${verdict.told}\n(all of it: ${dir})`)
  assert.ok((verdict.endedMs ?? Number.POSITIVE_INFINITY) <= 2_000, `orders ended ${verdict.endedMs} ms after healing`)
}

describe('the shop under attack', { timeout: 240_000 }, () => {
  it('given kill -9 at labelled points of all services, dying brokers and zombies, when all is healed, then nothing is lost and nothing done twice', async (t) => {
    const dir = newDir()
    const rig = await rigFor(t, { dir })
    const verdict = await runFaults(rig, (under) => killsAndWeather(under, points))
    t.diagnostic(
      `${verdict.orders} orders, ${verdict.kills} kills, ${verdict.seconds} s, ended ${verdict.endedMs} ms after healing`,
    )
    assert.equal(verdict.points.length, (allPoints(rig).length / 12) * points)
    assertHolds(verdict, dir)
  })

  it('given poison, duplicates, storms, lone kills, full disks and moved clocks, when all is healed, then nothing is lost and nothing done twice', async (t) => {
    const dir = newDir()
    const around = await surroundings(dir)
    const rig = await rigFor(t, { dir, env: around.env, instances: { payment: 2 } }, around.leave)
    sayMissing(t, around)
    const verdict = await runFaults(
      rig,
      async () => {
        await poisoned(rig, 3_000)
        await recovery(rig)
        await duplicatesAndStorms(rig, 'payment')
        await hostileMachine(rig, around)
      },
      { clocksMoved: around.clock !== null },
    )
    const recovered = landedFaults(rig)
      .filter(({ f }) => f === 'kill')
      .map(({ value }) => Number(value.recoveredMs))
    t.diagnostic(
      `${verdict.orders} orders, ${verdict.landed} faults, ${verdict.seconds} s, recovered in ${recovered.join(' and ')} ms`,
    )
    assert.equal(new Set(lettersDue(verdict.snapshot.log).map(({ record }) => record)).size, POISONED)
    for (const ms of recovered) assert.ok(ms <= RECOVERY_MS, `recovered ${ms} ms after a lone kill`)
    assertHolds(verdict, dir)
  })
})
