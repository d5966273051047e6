import path from 'node:path'
import type { Context } from './command.ts'
import { createPaint } from './terminal/paint.ts'
import { createSink } from './terminal/sink.ts'

export interface GlobalFlags {
  readonly json: boolean
  readonly verbose: boolean
  readonly color: boolean
}

const HOME = path.resolve(import.meta.dirname, '..')

/** The one place where a command's view of the process is made. */
export function createContext(flags: GlobalFlags, signal: AbortSignal): Context {
  const { env, stdout, stderr, stdin } = process
  const terminal = Boolean(stdout.isTTY && stdin.isTTY)
  const err = createSink(isOn(env.CI) ? { write: (text) => stderr.write(text) } : stderr)
  // Both write to the same terminal: a result must not be printed behind a status that stands there.
  const write = (text: string) => {
    err.status('')
    return stdout.write(text)
  }
  return {
    out: createSink({ write, isTTY: stdout.isTTY }),
    err,
    paint: createPaint(
      flags.color && !flags.json && wantsColour(env, Boolean(stdout.isTTY)),
      !flags.json && knowsLinks(env, Boolean(stdout.isTTY)),
    ),
    json: flags.json,
    verbose: flags.verbose,
    interactive: terminal && !flags.json && !isOn(env.CI),
    cwd: process.cwd(),
    home: HOME,
    stateDir: path.resolve(env.LAB_DIR || path.join(HOME, '.lab')),
    env,
    signal,
    now: Date.now,
  }
}

/** NO_COLOR (any value but empty) beats FORCE_COLOR; neither: colour on a terminal that is not CI's and not dumb. */
export function wantsColour(env: Readonly<NodeJS.ProcessEnv>, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0'
  return isTerminal && !isOn(env.CI) && env.TERM !== 'dumb'
}

/** Terminals that open a hyperlink (OSC 8) at a click. One that does not know it may print rubbish, so only known ones get it. */
export function knowsLinks(env: Readonly<NodeJS.ProcessEnv>, isTerminal: boolean): boolean {
  if (env.FORCE_HYPERLINK) return env.FORCE_HYPERLINK !== '0'
  if (!isTerminal || isOn(env.CI) || env.TERM === 'dumb' || env.TMUX || env.STY) return false
  const programs = ['vscode', 'iTerm.app', 'WezTerm', 'ghostty', 'Hyper', 'Tabby', 'rio']
  const known = env.WT_SESSION || env.KITTY_WINDOW_ID || env.KONSOLE_VERSION || env.TERM === 'alacritty'
  return programs.includes(env.TERM_PROGRAM ?? '') || Boolean(known) || Number(env.VTE_VERSION ?? 0) >= 5000
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}
