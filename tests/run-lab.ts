import { type ChildProcess, execFile, spawn } from 'node:child_process'
import path from 'node:path'

const MAIN = path.resolve(import.meta.dirname, '..', 'cli', 'main.ts')
const LONGEST_MS = 120_000

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}
type Env = Readonly<Record<string, string | undefined>>

/** Runs `lab` as its own process, without a terminal. A variable that is undefined is taken out of the environment. */
export function runLab(args: readonly string[], env: Env = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: LONGEST_MS, maxBuffer: 64 << 20 }
    execFile(process.execPath, [MAIN, ...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 255) : 0, out, err })
    })
  })
}

/** Runs a `lab` that ends only when it is told to: Ctrl-C, once what it printed is enough. Code 255 where that never came. */
export function followLab(args: readonly string[], env: Env, isEnough: (out: string) => boolean): Promise<Ended> {
  return new Promise((resolve) => {
    const child: ChildProcess = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } })
    const said = { out: '', err: '' }
    const deadline = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS)
    child.stderr?.on('data', (data) => {
      said.err += data
    })
    child.stdout?.on('data', (data) => {
      said.out += data
      if (isEnough(said.out)) child.kill('SIGINT')
    })
    child.on('close', (code) => {
      clearTimeout(deadline)
      resolve({ code: code ?? 255, ...said })
    })
  })
}
