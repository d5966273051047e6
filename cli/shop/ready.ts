import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { LabError } from '../command.ts'
import type { Exit, ShopProcess } from './process.ts'

const EVERY_MS = 40
const ANSWER_MS = 1_000
const LOG_LINES = 12

/** Status of `GET url`; 0 when nobody answers in time. */
export function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: ANSWER_MS }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.once('timeout', () => request.destroy())
    request.once('error', () => resolve(0))
  })
}

export interface Waiting {
  readonly name: string
  readonly url: string
  readonly logFile: string
  readonly process: ShopProcess
}

/** Resolves when `GET /ready` says 200. Throws LabError with the end of its log when the service died or the deadline (`performance.now()`) passed. */
export async function untilReady({ name, url, logFile, process }: Waiting, deadline: number): Promise<void> {
  for (;;) {
    if (process.exit !== undefined) throw died(name, process.exit, logFile)
    if ((await statusOf(`${url}/ready`)) === 200) return
    if (performance.now() > deadline) {
      const remedy = `Its log, ${logFile}, ends with:\n${tailOf(logFile)}`
      throw new LabError('not-ready', `The ${name} service runs, but is not ready in time.`, remedy)
    }
    await pause(EVERY_MS)
  }
}

export function died(name: string, { code, signal }: Exit, logFile: string): LabError {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`
  return new LabError(
    'service-died',
    `The ${name} service ended ${how}.`,
    `Its log, ${logFile}, ends with:\n${tailOf(logFile)}`,
  )
}

function tailOf(file: string): string {
  const text = readFileSync(file, 'utf8').trimEnd()
  if (text === '') return '  (it has said nothing yet)'
  const lines = text.split('\n').slice(-LOG_LINES)
  return lines.map((line) => `  ${line.slice(0, 400)}`).join('\n')
}
