import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { PARTS } from '../../cli/author/lay.ts'
import { type Mistake, readMistakes } from '../../cli/author/mistakes.ts'
import { check, type TryOptions, tryMistake } from '../../cli/author/try-mistake.ts'
import { startBroker } from '../../cli/broker/throwaway.ts'
import { select } from '../../cli/check/course.ts'
import { Random } from '../../cli/check/random.ts'
import { inLanes } from '../../cli/grade/run/lanes.ts'
import { RIGHT_SHOPS } from './right-shops.ts'
import { atLeast, atMost } from './target.ts'
import { round } from './usage.ts'

/** Fewer for a first look: VERDICT_RUNS=2 judges each right shop twice and each wrong one once. VERDICT_SEED: of the first run; another one adds to what was seen before. */
const RUNS = Number(process.env.VERDICT_RUNS ?? 20)
const SEED = Number(process.env.VERDICT_SEED ?? 11)
/** A regular expression: only shops of such a name, to look again at those that were judged wrongly. */
const ONLY = new RegExp(process.env.VERDICT_ONLY ?? '')
/** Half of them are found out within seconds; for the others the checker has to wait, and to tell what is late from what never comes. */
const WRONG_SHOPS = 20
/** Always the same ones, whatever the seed of the runs. */
const CHOICE = 11
const QUICK_S = 10
const SLOW_S = 60

/** So many on each core that all of them together ask for more than twice of what the machine has: see `load_a_core`. */
const SIDE_BY_SIDE = 2 * os.availableParallelism()
const LOOK_MS = 5_000

/** How many programs wanted each core while this was done: the mean of the averages of a minute. */
const loadDuring = async (work: Promise<unknown>): Promise<number> => {
  const seen: number[] = []
  const look = () => seen.push((os.loadavg()[0] ?? 0) / os.availableParallelism())
  const timer = setInterval(look, LOOK_MS)
  await work.finally(() => clearInterval(timer))
  look()
  return round(seen.reduce((sum, load) => sum + load) / seen.length, 1)
}

const chooseWrong = (mistakes: readonly Mistake[]): Mistake[] => {
  const taking = (from: number, to: number) => {
    const some = mistakes.filter(({ seconds }) => seconds > from && seconds <= to)
    return new Random(CHOICE).shuffled(some).slice(0, WRONG_SHOPS / 2)
  }
  return [...taking(0, QUICK_S), ...taking(QUICK_S, SLOW_S)]
}

/** One shop, judged with one seed; resolves to what was false. */
interface Trial {
  readonly name: string
  readonly seed: number
  judge(lane: Lane): Promise<readonly string[]>
}

/** Where one shop at a time is judged, with a broker of its own: two shops would take each other's events. */
interface Lane {
  readonly dir: string
  readonly options: Omit<TryOptions, 'seed'>
}

const rightTrials = (seeds: readonly number[]): Trial[] =>
  RIGHT_SHOPS.flatMap(({ name, lay }) =>
    seeds.map((seed) => ({
      name,
      seed,
      judge: async ({ dir, options }) => {
        const shop = await mkdtemp(path.join(dir, 'mein Übungs shop '))
        await lay(shop)
        const { parts } = await check(shop, await select([...PARTS]), { ...options, seed })
        await rm(shop, { recursive: true, force: true, maxRetries: 5 })
        return parts.flatMap(({ checks }) =>
          checks.flatMap(({ id, verdict, diagnosis }) =>
            verdict === 'pass' ? [] : [`${id} ${verdict} (${diagnosis?.id}: ${diagnosis?.saw.slice(0, 200)})`],
          ),
        )
      },
    })),
  )

const wrongTrials = (mistakes: readonly Mistake[], seeds: readonly number[]): Trial[] =>
  mistakes.flatMap((mistake) =>
    seeds.map((seed) => ({
      name: mistake.name,
      seed,
      judge: async ({ options }) => (await tryMistake(mistake, { ...options, seed })).problems,
    })),
  )

/**
 * How far the checker can be trusted on a machine that has twice as much to do as it can: right shops must lose nothing, wrong ones must get their own
 * diagnosis, each time. The load is other shops that are judged, so that its 400 runs take two hours and not four.
 */
export const bench = async ({
  signal = new AbortController().signal,
  say = () => undefined,
}: {
  signal?: AbortSignal
  say?: (line: string) => void
} = {}) => {
  const wrongShops = chooseWrong(await readMistakes())
  const seeds = Array.from({ length: RUNS }, (_, run) => SEED + run)
  const all = { wrong: wrongTrials(wrongShops, seeds.slice(0, Math.ceil(RUNS / 2))), right: rightTrials(seeds) }
  const trials = [...all.wrong, ...all.right].filter(({ name }) => ONLY.test(name))
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lab-bench-verdicts-'))
  const numbers = Array.from({ length: SIDE_BY_SIDE }, (_, n) => n)
  const brokers = await Promise.all(numbers.map((n) => startBroker({ dir: path.join(dir, `kafka-${n}`) })))
  const free: Lane[] = brokers.map((broker) => ({
    dir,
    options: { brokers: [broker.brokers], signal, env: process.env },
  }))
  const problems = new Map<Trial, readonly string[]>()
  const judge = async (trial: Trial): Promise<void> => {
    const lane = free.pop()!
    const found = await trial.judge(lane).finally(() => free.push(lane))
    problems.set(trial, found)
    const said = found.join('; ') || 'as it should be'
    say(`${problems.size} of ${trials.length} judged, ${trial.name}, seed ${trial.seed}: ${said}`)
  }
  const outcomeOf = (some: readonly Trial[]) => ({
    runs: some.filter((trial) => problems.has(trial)).length,
    problems: some.flatMap((trial) =>
      (problems.get(trial) ?? []).map((problem) => `${trial.name}, seed ${trial.seed}: ${problem}`),
    ),
  })
  try {
    const load = await loadDuring(inLanes({ base: SIDE_BY_SIDE, most: SIDE_BY_SIDE }, trials, judge, { signal }))
    signal.throwIfAborted()
    const [wrong, right] = [outcomeOf(all.wrong), outcomeOf(all.right)]
    const targets = [
      atMost('false verdicts on right shops', right.problems.length, 0),
      atMost('false verdicts on wrong shops', wrong.problems.length, 0),
      atLeast('right shops', RIGHT_SHOPS.length, 10),
      atLeast('wrong shops', wrongShops.length, WRONG_SHOPS),
      atLeast('load a core', load, 2),
    ]
    return { figures: { side_by_side: SIDE_BY_SIDE, load_a_core: load, right, wrong }, targets }
  } finally {
    await Promise.all(brokers.map((broker) => broker.kill9()))
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}
