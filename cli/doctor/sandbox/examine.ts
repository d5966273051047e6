import { existsSync } from 'node:fs'
import { ask } from '../../check/http.ts'
import { Recorder } from '../../check/recorder.ts'
import { bestTier } from '../../grade/sandbox/sandbox.ts'
import type { Tier, TierReport } from '../../grade/sandbox/tier.ts'
import { type Bench, openBench } from './bench.ts'
import { type ProbeResult, tryProbe } from './probe.ts'
import { PROBES } from './probes.ts'

export interface Examination {
  readonly tier: TierReport
  /** Empty for T0. */
  readonly probes: readonly ProbeResult[]
  /** Milliseconds, the median of five: from the order to a program that runs, and to its first answer to a request. */
  readonly startMs: number | null
  readonly firstAnswerMs: number | null
}

/** Long enough for the other probes, short enough for the one that waits for it. */
const WALL_MS = 8_000

/** Chooses the tier and attacks it: about 40 probes, some 20 seconds. */
export async function examineSandbox(onProbe: (done: number, of: number) => void = () => {}): Promise<Examination> {
  const tier = await bestTier()
  if (tier.tier === 'T0') return { tier, probes: [], startMs: null, firstAnswerMs: null }
  const probes: ProbeResult[] = []
  const bench = await openBench(tier.tier, { wallMs: WALL_MS })
  let times: { start: number; answer: number }
  try {
    times = await measure(bench)
    for (const probe of PROBES) {
      onProbe(probes.length, PROBES.length)
      probes.push(await tryProbe(probe, bench))
    }
  } finally {
    await bench.close()
  }
  const left = existsSync(bench.folder) ? bench.folder : ''
  probes.push({ group: 'limits', what: 'nothing of it is left', ok: left === '', saw: left })
  return { tier, probes, startMs: Math.round(times.start), firstAnswerMs: Math.round(times.answer) }
}

const TIMES = 5

async function measure(bench: Bench): Promise<{ start: number; answer: number }> {
  const starts: number[] = []
  const answers: number[] = []
  const code = "require('http').createServer((q, r) => r.end(q.url)).listen(5002)"
  for (let i = 0; i < TIMES; i++) {
    const began = performance.now()
    const service = await bench.start('service', ['node', '-e', code])
    starts.push(performance.now() - began)
    const path = `/${i}-${Math.random()}`
    const { dial } = service
    while ((await ask(new Recorder('doctor', 1, ''), `http://127.0.0.1:5002${path}`, { dial })).body !== path) {
      if (performance.now() - began > WALL_MS) throw new Error('a service in the sandbox does not answer')
    }
    answers.push(performance.now() - began)
    service.kill('it has been measured')
    await service.gone
  }
  const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0
  return { start: median(starts), answer: median(answers) }
}

/** How to get each tier that is better than the one that was found. */
export function betterTiers({ tier, tried }: TierReport): { tier: Tier; why: string; remedy: string }[] {
  return tried.filter((attempt) => !attempt.works && attempt.tier !== tier && attempt.remedy !== '')
}
