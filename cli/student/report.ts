import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Context, type ExitCode, wrongUsage } from '../command.ts'
import { lessons } from './lessons.ts'
import { readProgress, writeAtomically } from './progress-file.ts'
import { GENERATOR, type ReportData, reportPage } from './report-page.ts'
import { standing } from './standing.ts'
import { requireWorkspace, shown } from './workspace.ts'

export interface ReportWish {
  readonly workspace: string
  /** The folder that gets `lab-report.html` and `lab-report.json`. */
  readonly out: string
  readonly name: string | undefined
}

/** `lab report`: what the student hands in. */
export async function writeReport(ctx: Context, { workspace, out, name }: ReportWish): Promise<ExitCode> {
  requireWorkspace(ctx, workspace)
  const progress = await readProgress(ctx, workspace)
  const data: ReportData = {
    kind: 'saga-lab-report',
    name: name ?? null,
    made: new Date(ctx.now()).toISOString(),
    ...standing(progress, await lessons()),
  }
  const page = path.join(out, 'lab-report.html')
  const json = path.join(out, 'lab-report.json')
  await makeFolder(out)
  await refuseForeign(page, GENERATOR)
  await refuseForeign(json, 'saga-lab-report')
  await writeAtomically(page, reportPage(data))
  await writeAtomically(json, `${JSON.stringify(data, null, 2)}\n`)
  if (ctx.json) ctx.out.json({ ...data, files: [page, json] })
  else tell(ctx, data, page, json)
  return 0
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw wrongUsage(
      `${folder} cannot be made (${(error as NodeJS.ErrnoException).code}).`,
      'Give a folder: --out <dir>.',
    )
  }
}

/** A report may replace a report; a file of the same name that is something else stays. */
async function refuseForeign(file: string, mark: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => undefined)
  if (before === undefined || before.includes(mark)) return
  throw wrongUsage(`${file} is there and is no report of this kit.`, 'Move it away, or write elsewhere: --out <dir>.')
}

function tell(ctx: Context, { marks, max }: ReportData, page: string, json: string): void {
  const { paint, out } = ctx
  const link = (file: string) => paint.link(shown(ctx, file), pathToFileURL(file).href)
  out.line(`${paint.good('✓')} ${marks} of ${max} marks, ready to hand in:\n  ${link(page)}\n  ${link(json)}`)
  out.line(paint.faint("It tells what your last checks said: 'lab check all' before it makes it whole."))
}
