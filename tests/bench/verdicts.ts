import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { PARTS } from '../../cli/author/lay.ts'
import { type Mistake, readMistakes } from '../../cli/author/mistakes.ts'
import { check, type TryOptions, tryMistake } from '../../cli/author/try-mistake.ts'
import { startBroker } from '../../cli/broker/throwaway.ts'
import { select } from '../../cli/check/course.ts'
import { Random } from '../../cli/check/random.ts'
import { RIGHT_SHOPS } from './right-shops.ts'
import { atLeast, atMost } from './target.ts'

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

/** One busy loop a core: whatever is measured gets half of the machine. Returns what ends them. */
const burden = (): (() => Promise<unknown>) => {
  const loops = Array.from({ length: os.availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' }),
  )
  // Asked for now: a Ctrl-C reaches them as well, and who has ended already does not end again.
  const ended = Promise.all(loops.map((loop) => once(loop, 'exit')))
  return () => {
    for (const loop of loops) loop.kill('SIGKILL')
    return ended
  }
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

/** Who judges one shop at a time, with a broker of its own: two shops would take each other's events. */
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
 * How far the checker can be trusted on a machine that is twice as slow: right shops must lose nothing, wrong ones must get their own diagnosis, each
 * time. As many are judged side by side as there are cores, beside as many busy loops. With its 400 runs it takes hours.
 */
export const bench = async ({
  signal = new AbortController().signal,
  say = () => undefined,
}: {
  signal?: AbortSignal
  say?: (line: string) => void
} = {}) => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lab-bench-verdicts-'))
  const numbers = Array.from({ length: os.availableParallelism() }, (_, n) => n)
  const brokers = await Promise.all(numbers.map((n) => startBroker({ dir: path.join(dir, `kafka-${n}`) })))
  const lanes: Lane[] = brokers.map((broker) => ({
    dir,
    options: { brokers: [broker.brokers], signal, env: process.env },
  }))
  const relieve = burden()
  const judgeAll = async (all: readonly Trial[]) => {
    const trials = all.filter(({ name }) => ONLY.test(name))
    const left = trials.values()
    const problems: string[] = []
    let judged = 0
    const work = async (lane: Lane): Promise<void> => {
      for (const { name, seed, judge } of left) {
        signal.throwIfAborted()
        const found = await judge(lane)
        problems.push(...found.map((problem) => `${name}, seed ${seed}: ${problem}`))
        say(`${++judged} of ${trials.length} judged, ${name}, seed ${seed}: ${found.join('; ') || 'as it should be'}`)
      }
    }
    await Promise.all(lanes.map(work))
    return { runs: trials.length, problems }
  }
  try {
    const wrongShops = chooseWrong(await readMistakes())
    const seeds = Array.from({ length: RUNS }, (_, run) => SEED + run)
    const wrong = await judgeAll(wrongTrials(wrongShops, seeds.slice(0, Math.ceil(RUNS / 2))))
    const right = await judgeAll(rightTrials(seeds))
    const figures = { busy_loops: lanes.length, side_by_side: lanes.length, right, wrong }
    const targets = [
      atMost('false verdicts on right shops', right.problems.length, 0),
      atMost('false verdicts on wrong shops', wrong.problems.length, 0),
      atLeast('right shops', RIGHT_SHOPS.length, 10),
      atLeast('wrong shops', wrongShops.length, WRONG_SHOPS),
    ]
    return { figures, targets }
  } finally {
    await relieve()
    await Promise.all(brokers.map((broker) => broker.kill9()))
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}
