import { type FSWatcher, type Stats, watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context, ExitCode } from '../command.ts'
import type { Selected } from './course.ts'
import type { Report } from './report.ts'

export interface WatchOptions {
  readonly ctx: Context
  readonly workspace: string
  /** Look by the clock: for file systems that do not tell of changes. */
  readonly poll: boolean
  readonly selected: readonly Selected[]
  readonly once: (parts: readonly Selected[]) => Promise<Report>
}

const SETTLE = 80
const POLL = 700
/** What tools and a running shop write by themselves. */
const IGNORED =
  /(^|[/\\])(node_modules|\.git|\.lab|dist|build|target|__pycache__)([/\\]|$)|\.(log|db|sqlite3?|tmp|swp|pyc|class)(-\w+)?$|~$/

/** Checks, then waits for a change and checks again, until Ctrl-C. What failed last is checked first, the rest behind it. */
export async function watchWorkspace({ ctx, workspace, poll, selected, once }: WatchOptions): Promise<ExitCode> {
  let failed = new Set<string>()
  while (!ctx.signal.aborted) {
    const change = nextChange(workspace, poll, ctx.signal)
    const rounds = [keep(selected, (id) => failed.has(id)), keep(selected, (id) => !failed.has(id))]
    const still = new Set<string>()
    for (const round of rounds) {
      if (round.length === 0) continue
      const report = await once(round)
      for (const one of report.parts.flatMap(({ checks }) => checks)) if (one.verdict !== 'pass') still.add(one.id)
      // The reader works on what failed; the rest is checked once that is right.
      if (still.size > 0) break
    }
    failed = still
    if (!ctx.json) ctx.err.line(ctx.paint.faint('Waiting for a change (Ctrl-C ends) …'))
    const path = await change
    if (path !== undefined && !ctx.json) ctx.err.line(ctx.paint.faint(`Checking… ${path} changed`))
  }
  return 130
}

function keep(selected: readonly Selected[], wanted: (id: string) => boolean): Selected[] {
  return selected
    .map(({ part, checks }) => ({ part, checks: checks.filter((check) => wanted(check.id)) }))
    .filter(({ checks }) => checks.length > 0)
}

/** Resolves to the path of the first change from now on; to `undefined` when interrupted. */
function nextChange(folder: string, poll: boolean, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    let watcher: FSWatcher | undefined
    let timer: NodeJS.Timeout | undefined
    const end = (path: string | undefined) => {
      watcher?.close()
      clearInterval(timer)
      signal.removeEventListener('abort', abort)
      setTimeout(() => resolve(path), path === undefined ? 0 : SETTLE)
    }
    const abort = () => end(undefined)
    signal.addEventListener('abort', abort)
    if (signal.aborted) return abort()
    const byClock = async () => {
      const before = await snapshot(folder)
      timer = setInterval(async () => {
        const now = await snapshot(folder)
        const path =
          [...now.keys()].find((name) => now.get(name) !== before.get(name)) ??
          [...before.keys()].find((name) => !now.has(name))
        if (path !== undefined) end(path)
      }, POLL)
    }
    if (poll) return void byClock()
    try {
      watcher = watch(folder, { recursive: true }, (_, name) => {
        if (name !== null && !IGNORED.test(name)) end(name)
      })
      watcher.on('error', () => void byClock())
    } catch {
      void byClock()
    }
  })
}

async function snapshot(folder: string): Promise<Map<string, number>> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const entries = await Promise.all(
    names
      .filter((name) => !IGNORED.test(name))
      .map(async (name): Promise<[string, number]> => [name, stamp(await stat(join(folder, name)).catch(() => null))]),
  )
  return new Map(entries)
}

const stamp = (stats: Stats | null): number => (stats === null ? 0 : stats.mtimeMs + stats.size)
