import { setTimeout as pause } from 'node:timers/promises'
import type { Context, ExitCode } from '../command.ts'
import type { WatchKey } from '../student/watch-keys.ts'
import type { AnyPart } from './contract.ts'
import { exitCodeOf, type Report } from './report.ts'
import { watchFiles } from './watch-files.ts'
import { type Keyboard, openKeyboard } from './watch-keyboard.ts'
import { OwnWrites, type WatchRound, type WatchSelection, watchRounds } from './watch-order.ts'

export interface WatchOptions {
  readonly ctx: Context
  readonly workspace: string
  /** Look by the clock: for file systems that do not tell of changes. */
  readonly poll: boolean
  readonly selection: WatchSelection
  /** Checks once and prints it; rejects soon after `signal` aborts. */
  readonly once: (round: WatchRound, signal: AbortSignal) => Promise<Report>
  readonly help: WatchHelp
  /** Default: the terminal's. */
  readonly keyboard?: typeof openKeyboard
}

/** What the keys do besides checking. Each prints; none throws for what a student can do wrong. */
export interface WatchHelp {
  /** Where the student is, what to edit and which keys there are: printed below each round. */
  footer(): Promise<void>
  /** `word`: the first check that failed, or the part that is watched. */
  hint(word: string): Promise<void>
  list(): Promise<void>
  answer(part: AnyPart): Promise<void>
  run(): Promise<void>
  /** Goes on to the next part; what to check from now on, or undefined when it stays. */
  next(): Promise<WatchSelection | undefined>
  all(): Promise<WatchSelection>
}

type Happening =
  | { readonly kind: 'change' }
  | { readonly kind: 'key'; readonly key: WatchKey }
  | { readonly kind: 'done'; readonly round: Round }
  | { readonly kind: 'end' }

interface Round {
  readonly stop: AbortController
  readonly over: Promise<void>
}

/** An editor writes several files, or one in several steps. */
const SETTLE_MS = 80

/** Checks, then waits for a change or a key and checks again, until q (the last round's exit code) or Ctrl-C. */
export function watchWorkspace(options: WatchOptions): Promise<ExitCode> {
  return new Watch(options).run()
}

class Watch {
  readonly #options: WatchOptions
  readonly #own = new OwnWrites()
  readonly #queue: Happening[] = []
  #wake = () => {}
  #keyboard: Keyboard | undefined
  #selection: WatchSelection
  #failed: ReadonlySet<string> = new Set()
  #round: Round | undefined
  /** Something else has the terminal: a prompt, or the shop. */
  #lent = false
  /** A change was seen that no round has yet. */
  #changed = false
  #code: ExitCode = 0

  constructor(options: WatchOptions) {
    this.#options = options
    this.#selection = options.selection
  }

  async run(): Promise<ExitCode> {
    const { ctx, workspace, poll, keyboard = openKeyboard } = this.#options
    const end = () => this.#push({ kind: 'end' })
    ctx.signal.addEventListener('abort', end, { once: true })
    this.#keyboard = keyboard(ctx, (key) => this.#push({ kind: 'key', key }))
    const files = watchFiles(workspace, poll, (path) => this.#onChange(path))
    try {
      this.#begin()
      while (!ctx.signal.aborted && (await this.#handle(await this.#happening()))) {}
      return ctx.signal.aborted ? 130 : this.#code
    } finally {
      ctx.signal.removeEventListener('abort', end)
      files.close()
      this.#keyboard.close()
      await this.#stopRound()
      ctx.err.status('')
    }
  }

  /** False ends it. */
  async #handle(happening: Happening): Promise<boolean> {
    switch (happening.kind) {
      case 'end':
        return false
      case 'change':
        await this.#stopRound()
        await pause(SETTLE_MS)
        this.#begin()
        return true
      case 'done':
        if (happening.round !== this.#round) return true
        this.#round = undefined
        await this.#options.help.footer()
        return true
      case 'key':
        return await this.#key(happening.key)
    }
  }

  /** Says at once that a save was seen; the round itself begins when the editor is done. */
  #onChange(path: string): void {
    const mute = () => this.#say(`${path} changes whenever your programs run: during a check it starts no new one.`)
    if (this.#round !== undefined && !this.#own.counts(path, mute)) return
    if (this.#changed) return
    this.#changed = true
    if (!this.#lent) this.#say(`Checking… ${path} changed`)
    this.#push({ kind: 'change' })
  }

  #say(text: string): void {
    const { ctx } = this.#options
    if (!ctx.json) ctx.err.line(ctx.paint.accent(text))
  }

  #push(happening: Happening): void {
    this.#queue.push(happening)
    this.#wake()
  }

  async #happening(): Promise<Happening> {
    for (;;) {
      const next = this.#queue.shift()
      if (next !== undefined) return next
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #begin(): void {
    // What changed up to now is in this round.
    this.#changed = false
    for (let at = this.#queue.length - 1; at >= 0; at--)
      if (this.#queue[at]?.kind === 'change') this.#queue.splice(at, 1)
    this.#own.next()
    const stop = new AbortController()
    const over = this.#check(AbortSignal.any([this.#options.ctx.signal, stop.signal]))
    const round: Round = { stop, over }
    this.#round = round
    void over.then(() => this.#push({ kind: 'done', round }))
  }

  async #stopRound(): Promise<boolean> {
    const round = this.#round
    this.#round = undefined
    round?.stop.abort()
    await round?.over
    return round !== undefined
  }

  /** The reader works on what failed first; what lies behind it is checked once that is right. */
  async #check(signal: AbortSignal): Promise<void> {
    const { once, ctx } = this.#options
    const failed = new Set<string>()
    try {
      for (const round of watchRounds(this.#selection, this.#failed)) {
        const report = await once(round, signal)
        this.#code = exitCodeOf(report)
        for (const { id, verdict } of report.parts.flatMap(({ checks }) => checks))
          if (verdict !== 'pass') failed.add(id)
        if (failed.size > 0) break
      }
      this.#failed = failed
    } catch (error) {
      if (signal.aborted) return
      ctx.err.line(`${ctx.paint.bad('✗')} ${error instanceof Error ? error.message : String(error)}`)
      this.#code = 3
    }
  }

  /** The first part at work that has a failed check; where none has, the first. */
  #part(): AnyPart {
    const { atWork } = this.#selection
    const failed = atWork.find(({ checks }) => checks.some(({ id }) => this.#failed.has(id)))
    return (failed ?? atWork[0])?.part ?? 'a-kafka'
  }

  async #key(key: WatchKey): Promise<boolean> {
    const { help } = this.#options
    if (key === 'quit') return false
    if (key === 'hint') await help.hint([...this.#failed].sort()[0] ?? this.#part())
    else if (key === 'list') await help.list()
    else await this.#instead(key)
    return true
  }

  /** Keys that take the place of the round at hand; it begins anew behind them. */
  async #instead(key: WatchKey): Promise<void> {
    const stopped = await this.#stopRound()
    this.#lent = true
    const selection = await this.#keyboard?.lend(() => this.#act(key))
    this.#lent = false
    if (selection !== undefined) this.#selection = selection
    if (stopped || selection !== undefined) this.#begin()
    else await this.#options.help.footer()
  }

  async #act(key: WatchKey): Promise<WatchSelection | undefined> {
    const { help } = this.#options
    if (key === 'answer') await help.answer(this.#part())
    if (key === 'run') await help.run()
    if (key === 'next') return await help.next()
    if (key === 'check-all') return await help.all()
    return undefined
  }
}
