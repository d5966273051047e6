import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { type Selected, select } from '../check/course.ts'
import { wrongUsage } from '../command.ts'
import { writeAtomically } from '../student/progress-file.ts'
import { type Result, readResult } from './result.ts'
import { rubricShape } from './rubric/shape.ts'

const shape = z.object({
  kind: z.literal('saga-lab-grading'),
  version: z.literal(1),
  /** The folder of the hand-ins. */
  dir: z.string(),
  /** The file of the rubric, as it was given, and what it said. */
  rubricFile: z.string(),
  rubric: rubricShape,
  /** The ids of the checks that are run. */
  checks: z.array(z.string()),
  seed: z.number().int(),
  tier: z.string(),
  how: z.string(),
  /** Folder names of all students, in the order of the lists. */
  students: z.array(z.string()),
})

/** `grade.json` of an output folder: what was asked for, so that `--resume`, `regrade` and `viva` ask for the same. */
export type Grading = z.output<typeof shape>

export const gradingPath = (out: string): string => path.join(out, 'grade.json')

export async function writeGrading(out: string, grading: Grading): Promise<void> {
  await writeAtomically(gradingPath(out), `${JSON.stringify(grading, null, 2)}\n`)
}

/** Undefined where nothing was graded into this folder yet. */
export async function findGrading(out: string): Promise<Grading | undefined> {
  let text: string
  try {
    text = await readFile(gradingPath(out), 'utf8')
  } catch {
    return undefined
  }
  try {
    const read = shape.safeParse(JSON.parse(text))
    if (read.success) return read.data
  } catch {
    // Said below, like any other file that is not ours.
  }
  throw wrongUsage(`${gradingPath(out)} is broken, or from another version of the kit.`, 'Give another folder.')
}

export async function requireGrading(out: string): Promise<Grading> {
  const grading = await findGrading(out)
  if (grading !== undefined) return grading
  throw wrongUsage(`Nothing was graded into ${out}.`, 'Give the folder that was --out of lab grade.')
}

/** What is stored of each student; those whose turn has not come are left out. */
export async function readResults(out: string, { students }: Grading): Promise<Result[]> {
  const results = await Promise.all(students.map((key) => readResult(out, key)))
  return results.filter((one) => one !== undefined)
}

/** The checks of these ids, by part. */
export function selectedOf({ checks }: Grading): Promise<Selected[]> {
  return select(checks)
}
