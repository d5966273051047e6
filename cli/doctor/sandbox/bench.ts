import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Child } from '../../check/child.ts'
import { Recorder } from '../../check/recorder.ts'
import type { Limits } from '../../grade/sandbox/limits.ts'
import { openSandbox, type Sandbox } from '../../grade/sandbox/sandbox.ts'
import type { Tier } from '../../grade/sandbox/tier.ts'

const ATTACKS = path.resolve(import.meta.dirname, '../../grade/sandbox/attacks')
const DEADLINE_MS = 30_000

/** A sandbox around the attacks, a broker that only echoes, a service of the machine that waits in vain, and another submission. */
export interface Bench {
  readonly box: Sandbox
  readonly folder: string
  /** A file of another submission. */
  readonly other: string
  readonly broker: number
  readonly service: { readonly port: number; readonly calls: () => number }
  start(name: string, words: readonly string[]): Promise<Child>
  /** To its end, at most 30 s. */
  run(name: string, words: readonly string[]): Promise<Child>
  /** The JSON that a program prints as its first line; each program runs once. */
  facts(words: readonly string[]): Promise<Readonly<Record<string, unknown>>>
  close(): Promise<void>
}

export async function openBench(tier: Tier, limits: Partial<Limits>): Promise<Bench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'saga-lab-doctor-'))
  const submission = path.join(folder, 'submission')
  await cp(ATTACKS, submission, { recursive: true })
  await writeFile(path.join(submission, 'lab.json'), '{ "contract": 1 }')
  const other = path.join(folder, 'other', 'secret.ts')
  await mkdir(path.dirname(other))
  await writeFile(other, 'another student')
  let calls = 0
  const broker = await serving((socket) => socket.pipe(socket))
  const service = await serving((socket) => {
    calls++
    socket.destroy()
  })
  const children: Child[] = []
  const work = path.join(folder, 'work')
  const box = await openSandbox({ tier: { tier }, submission, work, brokers: [`127.0.0.1:${broker.port}`], limits })
  const start = async (name: string, words: readonly string[]) => {
    const launch = { name, words, cwd: '/', env: {}, mark: 'doctor' }
    const child = await Child.start(launch, new Recorder('doctor', 1, ''), box.launcher)
    children.push(child)
    return child
  }
  const run = async (name: string, words: readonly string[]) => {
    const child = await start(name, words)
    const late = setTimeout(() => child.kill('its time is over', 'deadline'), DEADLINE_MS)
    await child.gone
    clearTimeout(late)
    return child
  }
  const known = new Map<string, Promise<Record<string, unknown>>>()
  const read = async (words: readonly string[]) => {
    const { story } = await run(path.basename(words[1] ?? '', '.mjs'), words)
    return JSON.parse(story.lines[0]?.text ?? '{}') as Record<string, unknown>
  }
  return {
    box,
    folder,
    other,
    broker: broker.port,
    service: { port: service.port, calls: () => calls },
    start,
    run,
    facts: (words) => {
      const asked = known.get(words.join(' ')) ?? read(words)
      known.set(words.join(' '), asked)
      return asked
    },
    close: async () => {
      for (const child of children) child.kill('the probes are over')
      await box.close()
      for (const { server } of [broker, service]) server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function serving(answer: (socket: import('node:net').Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    answer(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return { server, port: (server.address() as { port: number }).port }
}
