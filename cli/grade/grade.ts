import { randomInt } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { prepareManyBrokers } from '../broker/throwaway.ts'
import { type Selected, select } from '../check/course.ts'
import { type Context, type ExitCode, LabError, wrongUsage } from '../command.ts'
import { whileWaiting } from '../terminal/progress.ts'
import { type Found, findSubmissions } from './find/find.ts'
import { readRoster } from './find/roster.ts'
import { findGrading, type Grading, writeGrading } from './grading-file.ts'
import { gradedClass } from './output/graded.ts'
import { writeOutputs } from './output/write.ts'
import type { Result } from './result.ts'
import { loadRubric, RUBRIC_FILE } from './rubric/load.ts'
import { layManual, readManual } from './rubric/manual.ts'
import { checksOfRubric } from './rubric/score.ts'
import { gradeClass } from './run/class.ts'
import { defaultLanes } from './run/jobs.ts'
import { HARD_MS, type RunSettings, WALL_MS } from './run/one.ts'
import { bestTier } from './sandbox/sandbox.ts'
import type { TierReport } from './sandbox/tier.ts'
import { closing, GradeTeller } from './tell.ts'

export interface GradeWish {
  readonly dir: string
  readonly out: string
  readonly jobs: number | undefined
  readonly rubric: string | undefined
  readonly roster: string | undefined
  /** Parts or checks; none: what the rubric asks for. */
  readonly parts: readonly string[]
  readonly seed: number | undefined
  readonly resume: boolean
  /** Run them without a sandbox, where there is none. */
  readonly trust: boolean
  readonly toolchains: readonly string[]
  /** Minutes for a hand-in. */
  readonly minutes: number | undefined
}

/** `lab grade`. 0: every hand-in has its marks. 1: some could not be opened. 3: some could not be checked for reasons of the machine. */
export async function grade(ctx: Context, wish: GradeWish): Promise<ExitCode> {
  const roster = wish.roster === undefined ? [] : await readRoster(path.resolve(ctx.cwd, wish.roster))
  const found = await findSubmissions(wish.dir, roster)
  if (found.submissions.length === 0) throw nothingFound(wish.dir, found)
  for (const one of found.ignored) ctx.err.line(ctx.paint.faint(`passed over ${one}`))
  // Each hand-in gets a broker of its own: what that needs is looked for, and fetched, once.
  await whileWaiting(ctx, 'Looking for Java and Kafka', prepareManyBrokers(ctx.env, ctx.signal))
  const tier = await chooseTier(ctx, wish)
  const { grading, selected } = await prepare(ctx, wish, found, tier)
  const keys = found.submissions.map(({ student }) => student.key)
  // Before hours are spent: a mistake of a person's is told now.
  await readManual(wish.out, grading.rubric, keys)
  await writeGrading(wish.out, grading)
  const results = await run(ctx, wish, { found, grading, selected, tier })
  await layManual(wish.out, grading.rubric, keys)
  const manual = await readManual(wish.out, grading.rubric, keys)
  const graded = gradedClass(grading, results, manual, ctx.now())
  const files = await writeOutputs(wish.out, graded)
  closing(ctx, graded, { out: wish.out, files, wanted: keys.length })
  if (ctx.signal.aborted) return 130
  if (results.some(({ status }) => status === 'incomplete')) return 3
  return results.some(({ status }) => status === 'refused') ? 1 : 0
}

function nothingFound(dir: string, { ignored }: Found): LabError {
  const seen = ignored.length === 0 ? 'It is empty.' : `It holds ${ignored.slice(0, 3).join('; ')}.`
  return wrongUsage(
    `There is no hand-in in ${dir}. ${seen}`,
    'Give a folder with one folder or archive (.zip, .tar.gz, .bundle) a student, or a download of Moodle, Canvas or GitHub Classroom.',
  )
}

async function chooseTier(ctx: Context, { trust }: GradeWish): Promise<TierReport> {
  const tier = await whileWaiting(ctx, 'Trying which sandbox this machine has', bestTier())
  if (tier.tier !== 'T0') {
    ctx.err.line(ctx.paint.faint(`isolation ${tier.tier}: ${tier.how}`))
    return tier
  }
  const ways = tier.tried
    .filter(({ works, remedy }) => !works && remedy !== '')
    .map(({ tier: of, why, remedy }) => `${of}: ${why}. ${remedy}`)
  if (!trust) {
    throw new LabError(
      'no-sandbox',
      "This machine has no sandbox, so a student's program could read your files and the others' hand-ins.",
      `${ways.join('\n')}\n'lab doctor --sandbox' says more. If you trust every hand-in as you trust your own programs: --i-trust-these-submissions`,
    )
  }
  ctx.err.line(ctx.paint.warn('! No sandbox: the programs run with your rights. Each report says so.'))
  return tier
}

interface Prepared {
  readonly grading: Grading
  readonly selected: readonly Selected[]
}

async function prepare(ctx: Context, wish: GradeWish, { submissions }: Found, tier: TierReport): Promise<Prepared> {
  const { out, dir } = wish
  const before = await findGrading(out)
  if (before !== undefined && !wish.resume) {
    throw wrongUsage(
      `${out} holds a grading already (${before.students.length} students).`,
      'Add --resume to go on with it, or give another folder. A changed rubric: lab regrade.',
    )
  }
  if (before === undefined) await refuseForeign(out)
  const rubricFile =
    wish.rubric === undefined ? (before?.rubricFile ?? RUBRIC_FILE) : path.resolve(ctx.cwd, wish.rubric)
  const rubric = before !== undefined && wish.rubric === undefined ? before.rubric : await loadRubric(rubricFile)
  const asked =
    wish.parts.length > 0 ? await selectOrSay(wish.parts) : await select(before?.checks ?? checksOfRubric(rubric))
  const checks = asked.flatMap((one) => one.checks.map(({ id }) => id))
  const seed = before?.seed ?? wish.seed ?? randomInt(2 ** 31)
  const students = submissions.map(({ student }) => student.key)
  const grading: Grading = {
    ...{ kind: 'saga-lab-grading', version: 1, dir, rubricFile, rubric, checks, seed },
    ...{ tier: tier.tier, how: tier.how, students },
  }
  return { grading, selected: asked }
}

async function selectOrSay(parts: readonly string[]): Promise<Selected[]> {
  try {
    return await select(parts)
  } catch (error) {
    if (error instanceof RangeError) throw wrongUsage(error.message, 'For example: --parts a,b,c  or  --parts D2,e')
    throw error
  }
}

/** Dozens of folders are written: not into one that somebody uses for something else. */
async function refuseForeign(out: string): Promise<void> {
  await mkdir(out, { recursive: true })
  const entries = await readdir(out)
  if (entries.every((name) => name === 'manual.yml')) return
  throw wrongUsage(`${out} is not empty, and no grading is in it.`, 'Give a folder that is empty or not there yet.')
}

interface Run extends Prepared {
  readonly found: Found
  readonly tier: TierReport
}

async function run(ctx: Context, wish: GradeWish, { found, grading, selected, tier }: Run): Promise<Result[]> {
  const { out, toolchains, resume } = wish
  const wallMs = wish.minutes === undefined ? WALL_MS : wish.minutes * 60_000
  const settings: RunSettings = {
    ...{ out, selected, seed: grading.seed, tier, toolchains, wallMs, hardMs: wallMs + (HARD_MS - WALL_MS) },
    ...{ env: ctx.env, signal: ctx.signal, now: ctx.now },
  }
  const lanes = wish.jobs === undefined ? defaultLanes() : { base: wish.jobs, most: wish.jobs }
  const teller = new GradeTeller(ctx, grading, { total: found.submissions.length, lanes })
  try {
    return await gradeClass(found.submissions, settings, { lanes, resume, ...teller.events })
  } finally {
    teller.close()
  }
}
