import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Context } from '../command.ts'
import { columns } from '../terminal/columns.ts'
import type { Grading } from './grading-file.ts'
import type { Graded, GradedClass } from './output/graded.ts'
import { marksText, STATUS_TEXT } from './output/words.ts'
import type { Result } from './result.ts'
import { scoreOf } from './rubric/score.ts'
import type { ClassOptions } from './run/class.ts'
import type { Lanes } from './run/lanes.ts'
import { timeLeft, timeLeftText } from './run/time-left.ts'

const TICK_MS = 1_000

/** What is told while hand-ins are checked: a line for each that is done, and on a terminal who is at work and how long it will take. */
export class GradeTeller {
  readonly #ctx: Context
  readonly #grading: Grading
  readonly #total: number
  readonly #lanes: Lanes
  readonly #running = new Map<string, { since: number; checks: readonly string[] }>()
  readonly #took: number[] = []
  readonly #timer: NodeJS.Timeout
  #done = 0

  constructor(ctx: Context, grading: Grading, { total, lanes }: { total: number; lanes: Lanes }) {
    this.#ctx = ctx
    this.#grading = grading
    this.#total = total
    this.#lanes = lanes
    ctx.err.line(ctx.paint.faint(`${total} students, ${atATime(lanes, total)}, seed ${grading.seed}`))
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  readonly events: Pick<ClassOptions, 'onStart' | 'onAt' | 'onEnd'> = {
    onStart: (key) => this.#running.set(key, { since: performance.now(), checks: [] }),
    onAt: (key, checks) =>
      this.#running.set(key, { since: this.#running.get(key)?.since ?? performance.now(), checks }),
    onEnd: (result, how) => this.#end(result, how),
  }

  close(): void {
    clearInterval(this.#timer)
    this.#ctx.err.status('')
  }

  #end(result: Result, how: 'new' | 'kept' | 'again'): void {
    this.#running.delete(result.student.key)
    if (how === 'new') this.#took.push(result.seconds)
    if (how === 'again') {
      const line = `! ${result.student.name}: the machine was at fault; it is tried once more at the end`
      this.#ctx.err.line(this.#ctx.paint.warn(line))
      return
    }
    this.#done++
    const { paint } = this.#ctx
    const score = scoreOf(this.#grading.rubric, result.report, this.#grading.checks)
    const kept = how === 'kept' ? ', from before' : ''
    const left = this.#done < this.#total && !this.#ctx.err.isTerminal ? `, ${timeLeftText(this.#left())}` : ''
    const text = `${result.student.name}  ${marksText(score)}  ${paint.faint(`${result.seconds} s${kept}  (${this.#done} of ${this.#total}${left})`)}`
    this.#ctx.err.line(`${this.#sign(result)} ${text}${noteOf(result)}`)
    this.#tick()
  }

  #sign({ status }: Result): string {
    const { paint } = this.#ctx
    if (status === 'graded') return paint.good('✓')
    return status === 'incomplete' ? paint.warn('!') : paint.bad('✗')
  }

  #tick(): void {
    const at = [...this.#running].map(([key, { checks }]) => `${key} ${checks[0] ?? '…'}`).join('  ')
    this.#ctx.err.status(`${this.#done} of ${this.#total} · ${timeLeftText(this.#left())} · ${at}`.slice(0, 110))
  }

  #left(): number {
    const running = [...this.#running.values()].map(({ since }) => (performance.now() - since) / 1000)
    const waiting = Math.max(0, this.#total - this.#done - running.length)
    return timeLeft({ took: this.#took, running, waiting, jobs: Math.max(this.#lanes.base, running.length) })
  }
}

function atATime({ base, most }: Lanes, total: number): string {
  const usual = `${Math.min(base, total)} at a time`
  return most > base && total > base ? `${usual}, up to ${Math.min(most, total)} while they only wait` : usual
}

function noteOf({ status, findings }: Result): string {
  const state = status === 'graded' ? [] : [STATUS_TEXT[status]]
  const noticed = findings.slice(0, 2).map(({ id }) => id)
  const notes = [...state, ...noticed]
  return notes.length === 0 ? '' : `  ${notes.join(', ')}`
}

interface Closing {
  readonly out: string
  readonly files: readonly string[]
  /** How many students there are. */
  readonly wanted: number
}

/** The result of the command: a table for people, one object for machines. */
export function closing(ctx: Context, graded: GradedClass, { out, files, wanted }: Closing): void {
  const { grading, students } = graded
  if (ctx.json) {
    ctx.out.json({ out, tier: grading.tier, seed: grading.seed, wanted, students: students.map(brief), files })
    return
  }
  ctx.out.line(`\n${columns(students.map((one) => row(ctx, one)))}\n`)
  if (students.length < wanted)
    ctx.out.line(ctx.paint.warn(`${wanted - students.length} not done yet: the same command with --resume goes on.`))
  const page = path.join(out, 'class.html')
  ctx.out.line(
    `The class: ${ctx.paint.link(page, pathToFileURL(page).href)}\nTables and a folder for each student are beside it.`,
  )
}

function brief({ result, score }: Graded) {
  const { student, status, seconds, findings } = result
  const { marks, max, open } = score
  return {
    key: student.key,
    name: student.name,
    id: student.id,
    status,
    marks,
    max,
    open,
    seconds,
    findings: findings.map(({ id }) => id),
  }
}

function row(ctx: Context, { result, score }: Graded): string[] {
  const noticed = result.findings.map(({ id }) => id).join(', ')
  return [result.student.name, marksText(score), ctx.paint.faint(STATUS_TEXT[result.status]), noticed]
}
