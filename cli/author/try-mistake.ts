import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from '../check/check.ts'
import { type Selected, select } from '../check/course.ts'
import type { CheckReport } from '../check/report.ts'
import { runChecks } from '../check/session.ts'
import { layMistake, type Mistake, partsTouched } from './mistakes.ts'

export interface TryOptions {
  /** host:port of brokers whose core topics may be deleted. */
  readonly brokers: readonly string[]
  readonly seed: number
  readonly signal: AbortSignal
  readonly env: Readonly<NodeJS.ProcessEnv>
  /** What is checked: the check that the mistake is about, its part (the default), or all parts whose files it changes. */
  readonly reach?: 'check' | 'part' | 'touched'
}

export interface Tried {
  readonly mistake: Mistake
  readonly reports: readonly CheckReport[]
  /** What is not as the mistake says; empty where all is. */
  readonly problems: readonly string[]
  readonly seconds: number
}

/** Lays the mistake into a folder of its own, checks it, and compares the verdicts with what must come out. */
export async function tryMistake(mistake: Mistake, options: TryOptions): Promise<Tried> {
  const dir = await mkdtemp(join(tmpdir(), 'lab-mistake-'))
  try {
    await layMistake(mistake, dir)
    const selected = await select(await wordsOf(mistake, options.reach))
    const { parts, seconds } = await check(dir, selected, options)
    const reports = parts.flatMap(({ checks }) => checks)
    const checks = selected.flatMap((one) => one.checks)
    return { mistake, reports, problems: problemsOf(mistake, checks, reports), seconds }
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function wordsOf(mistake: Mistake, reach: TryOptions['reach']): Promise<readonly string[]> {
  if (reach === 'check') return mistake.fails.slice(0, 1)
  return reach === 'touched' ? partsTouched(mistake) : [mistake.part]
}

/** Checks a workspace for an author: as `lab check` does, on brokers that are given. */
export function check(workspace: string, selected: readonly Selected[], options: TryOptions) {
  const { brokers, seed, signal, env } = options
  return runChecks(selected, { workspace, brokers, seed, signal, outer: env })
}

/** Its own check must fail with its diagnosis; what builds on that may be skipped; every other check must pass. */
export function problemsOf(mistake: Mistake, checks: readonly Check[], reports: readonly CheckReport[]): string[] {
  const [own] = mistake.fails
  return reports.flatMap((report) => {
    const { id, verdict, diagnosis } = report
    const said = `${id} ${verdict}${diagnosis === undefined ? '' : ` (${diagnosis.id}: ${diagnosis.saw.slice(0, 300)})`}`
    if (id === own) {
      const right = verdict === 'fail' && diagnosis?.id === mistake.diagnosis
      return right ? [] : [`${said}, and not fail (${mistake.diagnosis})`]
    }
    if (mistake.fails.includes(id)) return verdict === 'fail' ? [] : [`${said}, and not fail`]
    if (verdict === 'pass' || (verdict === 'fail' && mistake.may.includes(id))) return []
    return verdict === 'skipped' && buildsOn(checks, id, mistake.fails) ? [] : [`${said}, and not pass`]
  })
}

function buildsOn(checks: readonly Check[], id: string, failed: readonly string[]): boolean {
  const check = checks.find((one) => one.id === id)
  const below = [...(check?.needs ?? []), ...(check?.restsOn ?? [])]
  return below.some((one) => failed.includes(one) || buildsOn(checks, one, failed))
}
