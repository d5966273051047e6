import { type FSWatcher, type Stats, watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What tools, a running shop and the lab itself write. */
const IGNORED =
  /(^|[/\\])(node_modules|\.git|\.lab|\.saved|dist|build|target|__pycache__)([/\\]|$)|(^|[/\\])lab-report\.(html|json)$|\.(log|db|sqlite3?|tmp|sw[a-z]|pyc|class)(-\w+)?$|~$/

/** Seen within the 0.3 s that a reader takes for "at once"; a look at a shop's few dozen files takes about a millisecond. */
const POLL_MS = 200

export interface FileWatch {
  close(): void
}

/** Tells each path below `folder` that changes from now on, relative to it. `poll`: looks by the clock, where the file system does not tell. */
export function watchFiles(folder: string, poll: boolean, tell: (path: string) => void): FileWatch {
  if (poll) return watchByClock(folder, tell)
  let byClock: FileWatch | undefined
  let watcher: FSWatcher | undefined
  let closed = false
  // Too many folders for the system's watches, a network drive, no such folder yet: looking always works.
  const fallBack = () => {
    watcher?.close()
    if (!closed) byClock ??= watchByClock(folder, tell)
  }
  try {
    watcher = watch(folder, { recursive: true, ignore: (name) => IGNORED.test(name) }, (_, name) => {
      if (name !== null && !IGNORED.test(name)) tell(name)
    })
    watcher.on('error', fallBack)
  } catch {
    fallBack()
  }
  return {
    close: () => {
      closed = true
      watcher?.close()
      byClock?.close()
    },
  }
}

function watchByClock(folder: string, tell: (path: string) => void): FileWatch {
  let closed = false
  let before: ReadonlyMap<string, number> | undefined
  let timer: NodeJS.Timeout | undefined
  const look = async () => {
    const now = await snapshot(folder)
    const names = before === undefined ? [] : new Set([...now.keys(), ...before.keys()])
    for (const name of names) if (!closed && now.get(name) !== before?.get(name)) tell(name)
    before = now
    if (!closed) timer = setTimeout(look, POLL_MS)
  }
  void look()
  return {
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** Path → a number that is another one after a change. Folders that are ignored are not entered. */
async function snapshot(folder: string, below = ''): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const name = join(below, entry.name)
    if (IGNORED.test(name)) continue
    if (entry.isDirectory()) for (const [path, stamp] of await snapshot(folder, name)) found.set(path, stamp)
    else found.set(name, stampOf(await stat(join(folder, name)).catch(() => null)))
  }
  return found
}

const stampOf = (stats: Stats | null): number => (stats === null ? 0 : stats.mtimeMs * 4_096 + stats.size)
