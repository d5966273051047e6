import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lettersDue, lettersFor } from '../shop/faults/invariants/dead-letters.ts'
import { p99 } from '../shop/faults/latency.ts'
import { landedFaults } from '../shop/faults/nemesis.ts'
import {
  duplicatesAndStorms,
  hostileMachine,
  killsAndWeather,
  poisoned,
  recovery,
  surroundings,
} from '../shop/faults/plans.ts'
import { postgresDatabases } from '../shop/faults/postgres.ts'
import { RECOVERY_MS } from '../shop/faults/recovery.ts'
import { type Rig, type RigOptions, startRig } from '../shop/faults/rig.ts'
import { type RunOptions, runFaults, type Verdict } from '../shop/faults/run.ts'
import { atLeast, atMost, type Target } from './target.ts'

export interface FaultsOptions {
  readonly signal?: AbortSignal
  readonly say?: (line: string) => void
}

/** The more instances, the more kills: each process goes through all twelve points. */
const SEEDS: readonly (readonly [number, RigOptions['instances'] & {}])[] = [
  [1, {}],
  [2, { payment: 2 }],
  [3, { inventory: 3 }],
  [4, { order: 2 }],
  [5, { notification: 2 }],
]

interface Attack {
  readonly verdict: Verdict
  readonly landed: ReturnType<typeof landedFaults>
}

/** One run in a folder of its own, which stays when anything is wrong. */
const attack = async (
  options: Omit<RigOptions, 'dir'>,
  nemesis: (rig: Rig) => Promise<void>,
  { dir = newDir(), ...run }: RunOptions & { readonly dir?: string } = {},
): Promise<Attack> => {
  const rig = await startRig({ dir, ...options })
  try {
    const verdict = await runFaults(rig, nemesis, run)
    return { verdict, landed: landedFaults(rig) }
  } finally {
    await rig.stop()
  }
}

const newDir = (): string => mkdtempSync(join(tmpdir(), 'lab-faults-'))

const isClean = ({ missed, violations }: Verdict): boolean => missed.length === 0 && violations.length === 0

const brief = ({ orders, kills, points, landed, missed, violations, endedMs, seconds }: Verdict) => ({
  ...{ orders, kills, landed, endedMs, seconds, missed },
  points: points.length,
  violations: violations.map(({ invariant, what }) => `${invariant}: ${what}`).slice(0, 20),
})

/** All that is not a crash: poison beside a calm while, lone kills, duplicates, storms, and what the machine itself can do. */
const everythingElse = async () => {
  const dir = newDir()
  const around = await surroundings(dir)
  try {
    const options = { seed: 7, env: around.env, instances: { payment: 2 } }
    const nemesis = async (rig: Rig): Promise<void> => {
      await poisoned(rig, 5_000)
      await recovery(rig)
      await duplicatesAndStorms(rig, 'payment')
      await hostileMachine(rig, around)
    }
    const done = await attack(options, nemesis, { dir, clocksMoved: around.clock !== null, ordersPerSecond: 25 })
    return { ...done, missing: around.missing }
  } finally {
    await around.leave()
  }
}

const onPostgres = async () => {
  const databases = await postgresDatabases()
  if ('why' in databases) return databases
  try {
    return await attack(
      { seed: 6, instances: { payment: 2, inventory: 2 }, databases: databases.urls },
      killsAndWeather,
    )
  } finally {
    await databases.leave()
  }
}

const poisonFigures = ({ snapshot }: Verdict) => {
  const due = lettersDue(snapshot.log)
  const letters = lettersFor(snapshot.log)
  const buried = due.filter(({ record: { topic, partition, offset }, group }) =>
    letters.has(`${topic}/${partition}/${offset} ${group}`),
  )
  const calm = p99(snapshot, 'calm') ?? 0
  const poison = p99(snapshot, 'poison') ?? 0
  return {
    poisoned: new Set(due.map(({ record }) => record)).size,
    letters_due: due.length,
    letters_found: buried.length,
    p99_calm_ms: calm,
    p99_poisoned_ms: poison,
    p99_ratio: Math.round((poison / calm) * 100) / 100,
  }
}

const recoveries = ({ landed }: Attack): number[] =>
  landed.filter(({ f }) => f === 'kill').map(({ value }) => Number(value.recoveredMs))

/**
 * The shop under attack by real processes on a real broker: every labelled crash point of every service over five seeds, power cuts, zombies, and one run
 * with everything else. A fault that was not seen to land counts as missed; the figures of its run mean nothing then.
 */
export const bench = async ({ signal, say = () => undefined }: FaultsOptions = {}) => {
  const runs: Attack[] = []
  for (const [seed, instances] of SEEDS) {
    signal?.throwIfAborted()
    say(`seed ${seed}: kill -9 at all points, power cuts and zombies`)
    runs.push(await attack({ seed, instances }, killsAndWeather))
  }
  say('poison, lone kills, duplicates, storms, full disks, moved clocks')
  const rest = await everythingElse()
  say('the same kills on PostgreSQL')
  const postgres = await onPostgres()
  const all = [...runs, rest, ...('verdict' in postgres ? [postgres] : [])]
  for (const { verdict } of all) if (verdict.told !== '') say(verdict.told)
  const verdicts = all.map(({ verdict }) => verdict)
  const sqlite = runs.map(({ verdict }) => verdict)
  const kills = sqlite.reduce((sum, one) => sum + one.kills, 0)
  const ended = Math.max(...verdicts.map(({ endedMs }) => endedMs ?? Number.POSITIVE_INFINITY))
  const poison = poisonFigures(rest.verdict)
  const targets: Target[] = [
    atMost(
      'violations of I0 to I14',
      verdicts.reduce((sum, one) => sum + one.violations.length, 0),
      0,
    ),
    atMost(
      'faults that did not land',
      verdicts.reduce((sum, one) => sum + one.missed.length, 0),
      0,
    ),
    atLeast('kill -9 at labelled points, five seeds, SQLite', kills, 144),
    atLeast('points landed in the poorest seed, of 48', Math.min(...sqlite.map(({ points }) => points.length)), 48),
    atMost('ms from healing until all orders ended, at worst', ended, 2_000),
    atMost('ms after a lone kill -9, at worst', Math.max(...recoveries(rest)), RECOVERY_MS),
    atLeast(
      'poisoned records of 100 in the dead letters',
      poison.letters_found === poison.letters_due ? poison.poisoned : 0,
      100,
    ),
    atMost('p99 of healthy orders beside poison, times calm', poison.p99_ratio, 2),
    atMost('s of the longest run with 48 kills, 2 broker deaths and 3 zombies', sqlite[0]!.seconds, 60),
  ]
  const figures = {
    ...{ kills, recovered_ms: recoveries(rest), ...poison, left_out: rest.missing },
    runs: sqlite.map(brief),
    everything_else: brief(rest.verdict),
    postgres: 'verdict' in postgres ? brief(postgres.verdict) : postgres.why,
  }
  if (verdicts.every(isClean)) for (const { verdict } of all) rmSync(verdict.dir, { recursive: true, force: true })
  return { figures, targets }
}
