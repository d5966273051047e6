import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { OpenAnswers } from '../check/manual.ts'
import type { Report } from '../check/report.ts'
import { writeAtomically } from '../student/progress-file.ts'
import { safeJson } from '../terminal/safe.ts'

/** Whose hand-in it is. What a roster or a download's file names do not tell is null. */
export interface Student {
  /** The name of the student's folder in the output, unique in it. */
  readonly key: string
  readonly name: string
  /** The learning platform's number or matriculation number. */
  readonly id: string | null
  readonly email: string | null
  /** GitHub's or the university's login. */
  readonly login: string | null
}

/** Something about a hand-in that a person should know of: what was left out of an archive, what the sandbox stopped. */
export interface Finding {
  /** Stable: `archive.slip`, `sandbox.memory`. */
  readonly id: string
  readonly says: string
}

/**
 * `graded`: every check has its verdict. `cut`: its time was over, the rest counts as failed. `incomplete`: some checks could not be done
 * for reasons of the machine. `refused`: it could not be opened. `missing`: in the roster, and nothing was handed in.
 */
export const STATUSES = ['graded', 'cut', 'incomplete', 'refused', 'missing'] as const
export type Status = (typeof STATUSES)[number]

/** What one run of a hand-in came to: `<student>/result.json`. Marks of the rubric are not in it: they are counted from it. */
export interface Result {
  readonly kind: 'saga-lab-result'
  readonly version: 1
  readonly student: Student
  /** Its path below the folder that was graded; null where nothing was handed in. */
  readonly source: string | null
  /** Of the contents; another one means that something else was handed in. */
  readonly fingerprint: string
  readonly status: Status
  /** How the student's programs were kept apart: T3, T2, T1, T0. */
  readonly tier: string
  readonly seed: number
  /** ISO 8601, UTC. */
  readonly began: string
  readonly seconds: number
  readonly findings: readonly Finding[]
  readonly report: Report
  /** What no rule can judge, with the marks that its author gave; no part of the marks. */
  readonly answers?: readonly OpenAnswers[]
}

const shape = z.looseObject({
  kind: z.literal('saga-lab-result'),
  version: z.literal(1),
  student: z.looseObject({ key: z.string(), name: z.string() }),
  status: z.enum(STATUSES),
  report: z.looseObject({ parts: z.array(z.looseObject({})) }),
})

export const resultPath = (out: string, key: string): string => path.join(out, key, 'result.json')
export const evidencePath = (out: string, key: string): string => path.join(out, key, 'evidence')

/** Seen whole or not at all. */
export async function writeResult(out: string, result: Result): Promise<void> {
  await writeAtomically(resultPath(out, result.student.key), `${safeJson(JSON.stringify(result, null, 1))}\n`)
}

/** The stored result; undefined where there is none, or none that this kit wrote. */
export async function readResult(out: string, key: string): Promise<Result | undefined> {
  try {
    const read = shape.safeParse(JSON.parse(await readFile(resultPath(out, key), 'utf8')))
    return read.success ? (read.data as unknown as Result) : undefined
  } catch {
    return undefined
  }
}

/** A report of checks none of which was done: for what could not be opened, and for what was not handed in. */
export function emptyReport(contract: number): Report {
  return { contract, marks: 0, max: 0, seconds: 0, parts: [] }
}
