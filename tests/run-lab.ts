import { execFile } from 'node:child_process'
import path from 'node:path'

const MAIN = path.resolve(import.meta.dirname, '..', 'cli', 'main.ts')

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `lab` as its own process, without a terminal. A variable that is undefined is taken out of the environment. */
export function runLab(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 120_000, maxBuffer: 64 << 20 }
    execFile(process.execPath, [MAIN, ...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 255) : 0, out, err })
    })
  })
}
