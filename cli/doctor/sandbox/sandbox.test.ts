import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runLab } from '../../../tests/run-lab.ts'
import type { ProbeResult } from './probe.ts'
import { PROBES } from './probes.ts'

interface Shown {
  readonly tier: string
  readonly how: string
  readonly tried: readonly { tier: string; works: boolean; why: string; remedy: string }[]
  readonly probes: readonly ProbeResult[]
  readonly startMs: number | null
  readonly firstAnswerMs: number | null
}

test('given this machine, when the doctor attacks its sandbox, then every probe is held back, or it says how to get a sandbox', async (t) => {
  const { code, out, err } = await runLab(['doctor', '--sandbox', '--json'])
  const shown = JSON.parse(out) as Shown
  for (const { works, why, remedy } of shown.tried) assert.ok(why !== '' && (works || remedy !== ''))
  if (shown.tier === 'T0') {
    assert.equal(code, 1, err)
    t.diagnostic(`no sandbox here: ${shown.tried.map(({ tier, why }) => `${tier}: ${why}`).join('; ')}`)
    return
  }
  t.diagnostic(`${shown.tier}: starts in ${shown.startMs} ms, answers after ${shown.firstAnswerMs} ms`)
  assert.ok(shown.probes.length >= 40)
  assert.deepEqual(
    shown.probes.filter(({ ok }) => !ok),
    [],
  )
  assert.equal(code, 0)
})

test('given the probes, when one fills its folder, then none comes after it, which a user without a disk of its own would lose to the guard', () => {
  assert.equal(
    PROBES.findIndex(({ what }) => /are small$/.test(what)),
    PROBES.length - 1,
  )
})
