import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { layParts, PARTS } from '../../cli/author/lay.ts'
import { layMistake, readMistakes } from '../../cli/author/mistakes.ts'
import { startBroker } from '../../cli/broker/throwaway.ts'
import { atLeast, atMost } from './target.ts'
import { round, usageOf } from './usage.ts'

const launcher = resolve(import.meta.dirname, '../../bin/lab.js')

interface Run {
  readonly seconds: number
  /** Until the first line of a diagnosis; null where there was none. */
  readonly firstDiagnosisS: number | null
  readonly peakMb: number
  readonly stdout: string
}

/** Runs `lab` as a student's shell would, and watches its memory. */
const lab = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> => {
  const startedAt = performance.now()
  const seconds = (): number => (performance.now() - startedAt) / 1000
  const child = spawn(process.execPath, [launcher, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  let stdout = ''
  let firstDiagnosisS: number | null = null
  let peakMb = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    if (firstDiagnosisS === null && stdout.includes('✗')) firstDiagnosisS = seconds()
  })
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, usageOf(child.pid ?? 0)?.rssMb ?? 0)
  }, 100)
  await once(child, 'close')
  clearInterval(watch)
  return { seconds: seconds(), firstDiagnosisS, peakMb, stdout }
}

const letters = PARTS.map((part) => part.slice(0, 1))
const upToH = letters.filter((letter) => letter !== 'i').join(',')

/** How long a student waits: the checker on the answer key, and on a shop whose publish command forgets the key. Warm broker. */
export const bench = async ({ say = () => undefined }: { say?: (line: string) => void } = {}) => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-bench-check-'))
  const broker = await startBroker({ dir: join(dir, 'kafka') })
  const env = { ...process.env, KAFKA_BROKERS: broker.brokers, LAB_DIR: join(dir, 'lab'), NO_COLOR: '1' }
  const check = (parts: string, shop: string, ...more: string[]) =>
    lab(['check', parts, '--workspace', shop, '--yes-use-this-broker', ...more], env)
  try {
    const shop = join(dir, 'shop')
    await layParts(PARTS, shop, 'solution')
    const wrong = join(dir, 'wrong')
    const mistake = (await readMistakes(['d-producer'])).find(({ diagnosis }) => diagnosis === 'producer.key-missing')
    if (mistake === undefined) throw new Error('answer-key/d-producer/mistakes has none for producer.key-missing')
    await layMistake(mistake, wrong)
    say('warm up')
    await check('d', shop)
    await lab(['--help'], env)
    const help = await lab(['--help'], env)
    say('lab check d')
    const d = await check('d', shop)
    const failing = await check('D1', wrong)
    say('lab check a…h')
    const aToH = await check(upToH, shop, '--json')
    say('lab check i')
    const i = await check('i', shop, '--json')
    const marks = [aToH, i].map(({ stdout }) => JSON.parse(stdout).marks as number)
    const figures = {
      help_ms: round(help.seconds * 1000, 0),
      check_d_s: round(d.seconds, 2),
      first_diagnosis_s: round(failing.firstDiagnosisS ?? Number.POSITIVE_INFINITY, 2),
      check_a_to_h_s: round(aToH.seconds, 1),
      check_i_s: round(i.seconds, 1),
      checker_peak_mb: Math.max(d.peakMb, aToH.peakMb, i.peakMb),
      marks: marks[0]! + marks[1]!,
    }
    const targets = [
      atMost('help_ms', figures.help_ms, 200),
      atMost('check_d_s', figures.check_d_s, 3),
      atMost('first_diagnosis_s', figures.first_diagnosis_s, 3),
      atMost('check_a_to_h_s', figures.check_a_to_h_s, 60),
      atMost('check_i_s', figures.check_i_s, 120),
      atMost('checker_peak_mb', figures.checker_peak_mb, 150),
      atLeast('marks', figures.marks, 100),
    ]
    return { figures, targets }
  } finally {
    await broker.kill9()
    rmSync(dir, { recursive: true, force: true })
  }
}
