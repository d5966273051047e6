import type { Paint } from './terminal/paint.ts'
import type { Sink } from './terminal/sink.ts'

/**
 * A command is data and one function. It lives in `cli/commands/<name>.ts`, which exports it as `command`, and is listed in
 * `cli/commands/table.ts`; only the command that was asked for is loaded.
 */
export interface Command<A extends Arguments = Arguments, O extends Options = Options> {
  /** What it does, in a few sentences, for its own `--help`. The table has the one-line summary. */
  readonly about: string
  readonly args?: A
  readonly options?: O
  /** At least one: what a reader would type (without `lab`), and what it does. */
  readonly examples: readonly (readonly [command: string, about: string])[]
  run(ctx: Context, input: Input<A, O>): Promise<ExitCode>
}

/** 0 good · 1 checks failed · 2 wrong usage · 3 fault of the kit or of the machine · 130 ended by Ctrl-C. */
export type ExitCode = 0 | 1 | 2 | 3 | 130

/** Everything that a command may know of the world outside. */
export interface Context {
  /** Results. With `--json`: exactly one JSON value (or one a line, where the command follows something). */
  readonly out: Sink
  /** What is being done, warnings, progress. */
  readonly err: Sink
  readonly paint: Paint
  readonly json: boolean
  readonly verbose: boolean
  /** May a question be asked? False without a terminal, in CI and with `--json`. */
  readonly interactive: boolean
  readonly cwd: string
  /** The folder of the kit itself: where package.json is. */
  readonly home: string
  /** Where the lab keeps its state: `<home>/.lab`, or `LAB_DIR`. It may not exist yet. */
  readonly stateDir: string
  readonly env: Readonly<NodeJS.ProcessEnv>
  /** Aborts on the first Ctrl-C or SIGTERM: finish, clean up and return. The second one ends the program at once. */
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What a command ends with when it cannot go on. Shown as message and remedy, without a stack unless `--verbose`. */
export class LabError extends Error {
  override readonly name = 'LabError'
  /** A short name for machines, such as `no-broker`; part of the `--json` answer. */
  readonly code: string
  /** What the reader can do about it: whole sentences, may be several lines. */
  readonly remedy: string
  readonly exit: ExitCode
  constructor(code: string, message: string, remedy: string, facts: { exit?: ExitCode; cause?: unknown } = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.remedy = remedy
    this.exit = facts.exit ?? 3
  }
}

/** The reader asked for something that cannot be: exit code 2. */
export function wrongUsage(message: string, remedy: string): LabError {
  return new LabError('usage', message, remedy, { exit: 2 })
}

/** `flags` are commander's: `<x>` needed, `[x]` may be left out, `[x...]` any number. `parse` throws an Error that says what is wrong. */
export interface Parameter<V> {
  readonly flags: string
  readonly about: string
  readonly parse?: (text: string) => V
  readonly fallback?: V
}
export type Arguments = Readonly<Record<string, Parameter<unknown>>>
export type Options = Readonly<Record<string, Parameter<unknown>>>
type Values<P> = { readonly [K in keyof P]: P[K] extends Parameter<infer V> ? V : never }
export interface Input<A, O> {
  readonly args: Values<A>
  readonly options: Values<O>
}

/** Keeps the types of arguments and options: `export const command = defineCommand({ … })`. */
export function defineCommand<
  const A extends Arguments = Record<string, never>,
  const O extends Options = Record<string, never>,
>(command: Command<A, O>): Command<A, O> {
  return command
}

/** `--flag`: true when given. */
export function flag(flags: string, about: string): Parameter<boolean> {
  return { flags, about, fallback: false }
}

/** An argument `<name>` or option `--name <value>` of text; without a fallback, a missing option is undefined. */
export function text(flags: `<${string}>`, about: string): Parameter<string>
export function text(flags: string, about: string): Parameter<string | undefined>
export function text(flags: string, about: string, fallback: string): Parameter<string>
export function text(flags: string, about: string, fallback?: string): Parameter<string | undefined> {
  return fallback === undefined ? { flags, about } : { flags, about, fallback }
}

/** An argument `[name...]` or option `--name <value...>`: any number of texts. An argument `<name...>`: at least one. */
export function texts(flags: string, about: string): Parameter<readonly string[]> {
  return flags.startsWith('<') ? { flags, about } : { flags, about, fallback: [] }
}

/** A number within bounds (inclusive). Whole unless `fraction`. */
export function number(
  flags: string,
  about: string,
  bounds: { fallback: number; min?: number; max?: number; fraction?: boolean },
): Parameter<number>
export function number(
  flags: string,
  about: string,
  bounds?: { min?: number; max?: number; fraction?: boolean },
): Parameter<number | undefined>
export function number(
  flags: string,
  about: string,
  { fallback, min = 0, max = Number.MAX_SAFE_INTEGER, fraction = false }: NumberBounds = {},
): Parameter<number | undefined> {
  const parse = (given: string) => {
    const value = Number(given)
    const sound = given.trim() !== '' && value >= min && value <= max && (fraction || Number.isInteger(value))
    if (!sound) throw new RangeError(`a ${fraction ? '' : 'whole '}number from ${min} to ${max} is needed.`)
    return value
  }
  return fallback === undefined ? { flags, about, parse } : { flags, about, parse, fallback }
}
interface NumberBounds {
  readonly fallback?: number
  readonly min?: number
  readonly max?: number
  readonly fraction?: boolean
}
