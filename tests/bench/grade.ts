import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { layParts, PARTS } from '../../cli/author/lay.ts'
import { layMistake, readMistakes } from '../../cli/author/mistakes.ts'
import { COMMANDS, SERVICES } from '../../cli/check/contract.ts'
import { Random } from '../../cli/check/random.ts'
import type { Result } from '../../cli/grade/result.ts'
import { boxStart } from './box-start.ts'
import { atLeast, atMost } from './target.ts'
import { treeMemory } from './tree-memory.ts'
import { round } from './usage.ts'

const launcher = path.resolve(import.meta.dirname, '../../bin/lab.js')
/** A smaller class for a first look: GRADE_CLASS=6. */
const SIZE = Number(process.env.GRADE_CLASS ?? 30)
const SEED = 7
const MINUTE = 60

const HANG = 'setInterval(() => {}, 1000)\n'

type Kind = 'right' | 'wrong' | 'hanging'

/** One hand-in in thirty hangs everywhere, a third is wrong in one place, the rest is right; mixed, as a class is. Returns what each folder is. */
async function layClass(dir: string): Promise<Map<string, Kind>> {
  const random = new Random(SEED)
  const mistakes = random.shuffled(
    (await readMistakes()).filter(({ on, seconds }) => on === 'i-testing' || seconds <= 10),
  )
  const wrong = Math.floor(SIZE / 3)
  const kinds = Array.from({ length: SIZE }, (_, i): Kind => (i === 0 ? 'hanging' : i <= wrong ? 'wrong' : 'right'))
  const students = new Map<string, Kind>()
  for (const [i, kind] of random.shuffled(kinds).entries()) {
    const name = `student-${String(i + 1).padStart(2, '0')}`
    const folder = path.join(dir, name)
    if (kind === 'right') await layParts(PARTS, folder, 'solution')
    else if (kind === 'wrong') await layMistake(mistakes.pop()!, folder)
    else await layHanging(folder)
    await rm(path.join(folder, 'node_modules'), { force: true })
    students.set(name, kind)
  }
  return students
}

async function layHanging(folder: string): Promise<void> {
  await mkdir(folder)
  await writeFile(path.join(folder, 'hang.ts'), HANG)
  const run = 'node hang.ts'
  const services = Object.fromEntries(SERVICES.map((name) => [name, { run }]))
  const commands = Object.fromEntries(COMMANDS.map((name) => [name, run]))
  await writeFile(path.join(folder, 'lab.json'), JSON.stringify({ contract: 1, services, commands }))
}

interface Graded {
  readonly seconds: number
  readonly peakMb: number
  readonly code: number
}

async function gradeAll(dir: string, out: string, signal: AbortSignal | undefined): Promise<Graded> {
  const began = performance.now()
  const args = [launcher, 'grade', dir, '--out', out, '--seed', String(SEED), '--json']
  const { KAFKA_BROKERS: _, ...env } = process.env
  const child = spawn(process.execPath, args, {
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
    ...(signal === undefined ? {} : { signal, killSignal: 'SIGINT' as const }),
  })
  child.on('error', () => {})
  let peakMb = 0
  const watch = setInterval(() => {
    void treeMemory(child.pid ?? 0).then((now) => {
      peakMb = Math.max(peakMb, now)
    })
  }, 5_000)
  const [code] = (await once(child, 'close')) as [number]
  clearInterval(watch)
  return { seconds: (performance.now() - began) / 1000, peakMb, code }
}

/** What an instructor waits for: a class of thirty, from the folder of hand-ins to the tables. With the default number of jobs. */
export const bench = async ({
  signal,
  say = () => undefined,
}: {
  signal?: AbortSignal
  say?: (line: string) => void
} = {}) => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lab-bench-grade-'))
  try {
    say('the start of a sandbox')
    const box = await boxStart()
    const hand = path.join(dir, 'hand-ins')
    await mkdir(hand)
    const kinds = await layClass(hand)
    say(`lab grade, ${SIZE} hand-ins`)
    const out = path.join(dir, 'grades')
    const { seconds, peakMb, code } = await gradeAll(hand, out, signal)
    const { students } = JSON.parse(await readFile(path.join(out, 'grade.json'), 'utf8')) as { students: string[] }
    const results = await Promise.all(
      students.map(async (key) => JSON.parse(await readFile(path.join(out, key, 'result.json'), 'utf8')) as Result),
    )
    const these = (kind: Kind) => results.filter(({ student }) => kinds.get(student.key) === kind)
    const [hung] = these('hanging')
    const figures = {
      tier: box.tier,
      hand_ins: SIZE,
      minutes: round(seconds / MINUTE, 1),
      minutes_each: round(results.reduce((sum, one) => sum + one.seconds, 0) / results.length / MINUTE, 2),
      peak_mb: peakMb,
      sandbox_start_ms: box.startMs,
      first_probe_ms: box.probeMs,
      right_with_all_marks: these('right').filter(({ report }) => report.marks === 100).length,
      hanging_minutes: round((hung?.seconds ?? 0) / MINUTE, 1),
      hanging_marks: hung?.report.marks ?? -1,
      graded: results.filter(({ status }) => status === 'graded' || status === 'cut').length,
      exit_code: code,
    }
    const targets = [
      atMost('minutes', figures.minutes, 15),
      atMost('peak_mb', figures.peak_mb, 4_096),
      atMost('sandbox_start_ms', figures.sandbox_start_ms, 50),
      atMost('first_probe_ms', figures.first_probe_ms, 500),
      atLeast(
        'right_with_all_marks',
        figures.right_with_all_marks,
        [...kinds.values()].filter((kind) => kind === 'right').length,
      ),
      atLeast('graded', figures.graded, SIZE),
      atMost('hanging_minutes', figures.hanging_minutes, 8.7),
    ]
    return { figures, targets }
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 3 })
  }
}
