import { type Context, type ExitCode, wrongUsage } from '../../command.ts'
import { columns } from '../../terminal/columns.ts'
import { type Learner, lookAtClass, type Overview } from './look.ts'

/** Someone who has run one failing check so often needs a person. */
const HELP_AFTER = 4

/** `lab class <dir>`: who is stuck where. */
export async function overview(ctx: Context, dir: string): Promise<ExitCode> {
  const found = await lookAtClass(dir)
  if (found.learners.length === 0) {
    throw wrongUsage(
      `No progress in ${dir}.`,
      "Give a folder with the students' workspaces (each has .lab/progress.json once a check was run) or their lab-report.json files, a folder a student.",
    )
  }
  if (ctx.json) ctx.out.json({ ...found, stuck: commonest(found) })
  else tell(ctx, found)
  return 0
}

/** Which checks stand in the way of how many. */
function commonest({ learners }: Overview) {
  const stuck = learners.flatMap(({ name, stuck: at }) => (at === null ? [] : [{ name, ...at }]))
  return [...Map.groupBy(stuck, ({ check, diagnosis }) => `${check} ${diagnosis}`)]
    .map(([what, own]) => ({ what, who: own.map(({ name }) => name) }))
    .toSorted((a, b) => b.who.length - a.who.length)
}

function tell(ctx: Context, found: Overview): void {
  const { paint, out } = ctx
  const rows = found.learners.toSorted(
    (a, b) => (b.stuck?.attempts ?? 0) - (a.stuck?.attempts ?? 0) || a.marks - b.marks,
  )
  out.line(columns([...rows.map((one) => row(ctx, one))]))
  const shared = commonest(found).filter(({ who }) => who.length > 1)
  if (shared.length > 0) out.line(`\n${paint.strong('The same for several')}`)
  for (const { what, who } of shared) out.line(`${who.length} × ${paint.accent(what)}: ${who.join(', ')}`)
  if (found.silent.length > 0) out.line(paint.faint(`\nNo progress in: ${found.silent.join(', ')}`))
}

function row({ paint, now }: Context, { name, marks, max, current, lastCheck, stuck }: Learner): string[] {
  const at =
    stuck === null
      ? ''
      : `${stuck.check} failed, run ${stuck.attempts} ${stuck.attempts === 1 ? 'time' : 'times'}${stuck.hints > 0 ? `, ${stuck.hints} hints` : ''}: ${stuck.diagnosis}`
  return [
    name,
    `${marks} of ${max}`,
    current === null ? 'not started' : `at ${current}`,
    lastCheck === null ? '' : paint.faint(`${ago(now() - Date.parse(lastCheck))} ago`),
    (stuck?.attempts ?? 0) >= HELP_AFTER ? paint.warn(at) : at,
  ]
}

function ago(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  if (minutes < 120) return `${minutes} min`
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 60 / 24)} days`
}
