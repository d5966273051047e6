import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { PARTS } from '../../cli/author/lay.ts'
import { type Mistake, readMistakes } from '../../cli/author/mistakes.ts'
import { check, tryMistake } from '../../cli/author/try-mistake.ts'
import { startBroker } from '../../cli/broker/throwaway.ts'
import { select } from '../../cli/check/course.ts'
import { Random } from '../../cli/check/random.ts'
import { RIGHT_SHOPS, type RightShop } from './right-shops.ts'
import { atLeast, atMost } from './target.ts'

/** Fewer for a first look: VERDICT_RUNS=2 judges each right shop twice and each wrong one once. */
const RUNS = Number(process.env.VERDICT_RUNS ?? 20)
const WRONG_SHOPS = 20
const SEED = 11
const QUICK_S = 10

/** One busy loop a core: whatever is measured gets half of the machine. */
const burden = (): ChildProcess[] =>
  Array.from({ length: os.availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' }),
  )

const relieve = (loops: readonly ChildProcess[]) =>
  Promise.all(
    loops.map((loop) => {
      loop.kill('SIGKILL')
      return once(loop, 'exit')
    }),
  )

interface Judged {
  readonly runs: number
  readonly problems: readonly string[]
}

/**
 * How far the checker can be trusted on a machine that is twice as slow: right shops must lose nothing, wrong ones must get their own diagnosis, each
 * time. With its 400 runs it takes hours.
 */
export const bench = async ({
  signal = new AbortController().signal,
  say = () => undefined,
}: {
  signal?: AbortSignal
  say?: (line: string) => void
} = {}) => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lab-bench-verdicts-'))
  const broker = await startBroker({ dir: path.join(dir, 'kafka') })
  const loops = burden()
  const options = { brokers: [broker.brokers], signal, env: process.env }
  const judgeRight = async ({ name, lay }: RightShop, seed: number): Promise<string[]> => {
    const shop = await mkdtemp(path.join(dir, 'mein Übungs shop '))
    await lay(shop)
    const { parts } = await check(shop, await select([...PARTS]), { ...options, seed })
    await rm(shop, { recursive: true, force: true, maxRetries: 5 })
    return parts.flatMap(({ checks }) =>
      checks.flatMap(({ id, verdict, diagnosis }) =>
        verdict === 'pass'
          ? []
          : [`${name}, seed ${seed}: ${id} ${verdict} (${diagnosis?.id}: ${diagnosis?.saw.slice(0, 200)})`],
      ),
    )
  }
  const judgeWrong = async (mistake: Mistake, seed: number): Promise<string[]> => {
    const { problems } = await tryMistake(mistake, { ...options, seed })
    return problems.map((problem) => `${mistake.name}, seed ${seed}: ${problem}`)
  }
  const judge = async <T extends { name: string }>(
    all: readonly T[],
    runs: number,
    one: (what: T, seed: number) => Promise<string[]>,
  ) => {
    const problems: string[] = []
    for (const what of all) {
      for (let run = 0; run < runs; run++) {
        signal.throwIfAborted()
        problems.push(...(await one(what, SEED + run)))
      }
      say(`${what.name}: ${runs} times; so far ${problems.length} false`)
    }
    return { runs: all.length * runs, problems } satisfies Judged
  }
  try {
    const quick = (await readMistakes()).filter(({ seconds, part }) => seconds <= QUICK_S && part !== 'i-testing')
    const wrongShops = new Random(SEED).shuffled(quick).slice(0, WRONG_SHOPS)
    const wrong = await judge(wrongShops, Math.ceil(RUNS / 2), judgeWrong)
    const right = await judge(RIGHT_SHOPS, RUNS, judgeRight)
    const figures = { busy_loops: loops.length, right, wrong }
    const targets = [
      atMost('false verdicts on right shops', right.problems.length, 0),
      atMost('false verdicts on wrong shops', wrong.problems.length, 0),
      atLeast('right shops', RIGHT_SHOPS.length, 10),
      atLeast('wrong shops', wrongShops.length, WRONG_SHOPS),
    ]
    return { figures, targets }
  } finally {
    await relieve(loops)
    await broker.kill9()
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}
