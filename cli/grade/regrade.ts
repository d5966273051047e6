import path from 'node:path'
import type { Selected } from '../check/course.ts'
import { type Context, type ExitCode, wrongUsage } from '../command.ts'
import { columns } from '../terminal/columns.ts'
import { whileWaiting } from '../terminal/progress.ts'
import { type Grading, readResults, requireGrading, selectedOf, writeGrading } from './grading-file.ts'
import { checksIn, type Graded, gradedClass } from './output/graded.ts'
import { writeOutputs } from './output/write.ts'
import { rejudge } from './rejudge.ts'
import { evidencePath, type Result, writeResult } from './result.ts'
import { loadRubric } from './rubric/load.ts'
import { readManual } from './rubric/manual.ts'

export interface RegradeWish {
  readonly out: string
  /** Another rubric; else the file of the grading, as it is now. */
  readonly rubric: string | undefined
  /** Show what would change and write nothing. */
  readonly dryRun: boolean
}

/** What changed for one student. */
interface Change {
  readonly key: string
  readonly name: string
  readonly before: number
  readonly after: number
  readonly max: number
  /** Checks whose verdict is another one now, as `F3 fail → pass`. */
  readonly verdicts: readonly string[]
}

/** `lab regrade`: judges the stored histories again and counts by the rubric of today. No program of a student runs. */
export async function regrade(ctx: Context, wish: RegradeWish): Promise<ExitCode> {
  const { out, dryRun } = wish
  const before = await requireGrading(out)
  const rubricFile = wish.rubric === undefined ? before.rubricFile : path.resolve(ctx.cwd, wish.rubric)
  const grading: Grading = { ...before, rubricFile, rubric: await loadRubric(rubricFile) }
  const stored = await readResults(out, before)
  if (stored.length === 0) throw wrongUsage(`No hand-in is graded in ${out} yet.`, 'lab grade <dir> --out … --resume')
  const manual = await readManual(out, grading.rubric, before.students)
  const then = gradedClass(before, stored, await marksOfThen(out, before, manual), ctx.now())
  const selected = await selectedOf(before)
  const judging = rejudgeAll(out, stored, selected)
  const results = await whileWaiting(ctx, 'Judging the stored histories again', judging)
  const now = gradedClass(grading, results, manual, ctx.now())
  const changes = now.students.map((one, i) => changeOf(then.students[i] as Graded, one))
  if (!dryRun) {
    await writeGrading(out, grading)
    for (const [i, result] of results.entries()) if (result !== stored[i]) await writeResult(out, result)
    await writeOutputs(out, now)
  }
  tell(ctx, changes, dryRun)
  return 0
}

/** Marks of people belong to lines; where the old rubric had other lines, its own marks of people are not known any more. */
async function marksOfThen(out: string, before: Grading, now: Awaited<ReturnType<typeof readManual>>) {
  return await readManual(out, before.rubric, before.students).catch(() => now)
}

/** One after the other: the histories of a whole class at once may be more than fits into memory. */
async function rejudgeAll(out: string, stored: readonly Result[], selected: readonly Selected[]): Promise<Result[]> {
  const results: Result[] = []
  for (const result of stored) results.push(await rejudged(out, result, selected))
  return results
}

async function rejudged(out: string, result: Result, selected: readonly Selected[]): Promise<Result> {
  if (result.report.parts.length === 0) return result
  const report = await rejudge(result.report, selected, evidencePath(out, result.student.key))
  const same = JSON.stringify(report) === JSON.stringify(result.report)
  return same ? result : { ...result, report }
}

function changeOf(then: Graded, now: Graded): Change {
  const old = new Map(checksIn(then.result).map(({ id, verdict }) => [id, verdict]))
  const verdicts = checksIn(now.result).flatMap(({ id, verdict }) =>
    old.get(id) === verdict ? [] : [`${id} ${old.get(id) ?? 'not run'} → ${verdict}`],
  )
  const { student } = now.result
  const marks = { before: then.score.marks, after: now.score.marks, max: now.score.max }
  return { key: student.key, name: student.name, ...marks, verdicts }
}

function tell(ctx: Context, changes: readonly Change[], dryRun: boolean): void {
  const moved = changes.filter(({ before, after, verdicts }) => before !== after || verdicts.length > 0)
  if (ctx.json) {
    ctx.out.json({ students: changes, changed: moved.length, written: !dryRun })
    return
  }
  const { paint } = ctx
  const rows = moved.map(({ name, before, after, max, verdicts }) => {
    const step = `${before} → ${after} of ${max}`
    return [name, after > before ? paint.good(step) : after < before ? paint.bad(step) : step, verdicts.join(', ')]
  })
  if (rows.length > 0) ctx.out.line(columns(rows))
  const same = changes.length - moved.length
  ctx.out.line(`${moved.length} changed, ${same} as before.${dryRun ? ' Nothing was written.' : ''}`)
}
