import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Diagnosis } from '../../check/verdict.ts'
import { lessons } from '../../student/lessons.ts'
import { parseProgress, progressPath } from '../../student/progress-file.ts'
import { standing } from '../../student/standing.ts'
import { findSubmissions } from '../find/find.ts'
import { ARCHIVE } from '../find/layout.ts'

/** Where one student is, from the progress file in the workspace or the report that was handed in. */
export interface Learner {
  readonly key: string
  readonly name: string
  readonly marks: number
  readonly max: number
  readonly minutes: number
  /** The part at work; null before the first. */
  readonly current: string | null
  /** ISO 8601; null where no check was run yet. */
  readonly lastCheck: string | null
  /** The check that failed most often and still does. */
  readonly stuck: Stuck | null
}
export interface Stuck {
  readonly check: string
  /** How often it was run. */
  readonly attempts: number
  readonly hints: number
  readonly diagnosis: string
}

export interface Overview {
  readonly learners: readonly Learner[]
  /** Folders without progress, and archives, which are not opened. */
  readonly silent: readonly string[]
}

const count = z.number().min(0)
const check = z.object({
  id: z.string(),
  verdict: z.string(),
  attempts: count,
  hints: count,
  at: z.string().nullable(),
  diagnosis: z.object({ id: z.string() }).nullable(),
})
const report = z.object({
  kind: z.literal('saga-lab-report'),
  marks: count,
  max: count,
  minutes: count,
  current: z.string().nullable(),
  parts: z.array(z.object({ checks: z.array(check) })),
})
type Standing = Omit<z.output<typeof report>, 'kind'>

/** Looks at every workspace in a folder. Runs nothing. */
export async function lookAtClass(dir: string): Promise<Overview> {
  const { submissions } = await findSubmissions(dir)
  const learners: Learner[] = []
  const silent: string[] = []
  for (const { student, source, shown } of submissions) {
    const found = source === null || ARCHIVE.test(source) ? undefined : await standingIn(source)
    if (found === undefined) silent.push(shown ?? student.key)
    else learners.push(learnerOf(student.key, student.name, found))
  }
  return { learners, silent }
}

/** Workspaces may lie one folder deeper: `ada/my-shop`. */
async function standingIn(folder: string): Promise<Standing | undefined> {
  for (const at of [folder, path.join(folder, 'my-shop')]) {
    const progress = parseProgress(await textOf(progressPath(at)))
    if (progress !== undefined) return standing(progress, await lessons()) as unknown as Standing
    const read = report.safeParse(parsed(await textOf(path.join(at, 'lab-report.json'))))
    if (read.success) return read.data
  }
  return undefined
}

const textOf = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function learnerOf(key: string, name: string, { marks, max, minutes, current, parts }: Standing): Learner {
  const checks = parts.flatMap((part) => part.checks)
  const failing = checks.filter(({ verdict }) => verdict === 'fail').toSorted((a, b) => b.attempts - a.attempts)[0]
  const last = checks
    .flatMap(({ at }) => at ?? [])
    .toSorted()
    .at(-1)
  const diagnosis = failing?.diagnosis as Pick<Diagnosis, 'id'> | null | undefined
  const stuck =
    failing === undefined
      ? null
      : { check: failing.id, attempts: failing.attempts, hints: failing.hints, diagnosis: diagnosis?.id ?? '' }
  return { key, name, marks, max, minutes, current, lastCheck: last ?? null, stuck }
}
