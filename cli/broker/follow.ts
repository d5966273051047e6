import { open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 200
const TAIL_BYTES = 1 << 20

/**
 * The last `lines` lines of a file and, with `follow`, what is added until `signal` aborts. A file that shrinks was begun anew, and is read
 * from its start. Throws ENOENT.
 */
export async function* tail(
  file: string,
  { lines, follow, signal }: { lines: number; follow: boolean; signal: AbortSignal },
): AsyncGenerator<string> {
  const { size } = await stat(file)
  let at = Math.max(0, size - TAIL_BYTES)
  const first = await read(file, at, size)
  at = size
  const kept = first.split('\n')
  let rest = kept.pop() ?? ''
  yield* kept.slice(-lines)
  if (!follow && rest) yield rest
  while (follow && !signal.aborted) {
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
    const now = await stat(file).catch(() => ({ size: at }))
    if (now.size < at) {
      at = 0
      rest = ''
    }
    const whole = (rest + (await read(file, at, now.size))).split('\n')
    at = now.size
    rest = whole.pop() ?? ''
    yield* whole
  }
}

async function stat(file: string): Promise<{ size: number }> {
  const handle = await open(file)
  try {
    return await handle.stat()
  } finally {
    await handle.close()
  }
}

async function read(file: string, from: number, to: number): Promise<string> {
  if (to <= from) return ''
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
