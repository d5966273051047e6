import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const EVERY_MS = 50
const CHUNK = 65_536

export interface Follower {
  /** Reads what is left, hands it on and lets the file go. */
  stop(): void
}

/**
 * Hands on the whole lines that are appended to a file from now on, within about 50 ms. It looks instead of being told, because
 * watching files differs from system to system, and a look costs microseconds.
 */
export function followFile(file: string, onLine: (line: string) => void): Follower {
  const handle = openSync(file, 'r')
  const buffer = Buffer.alloc(CHUNK)
  let position = fstatSync(handle).size
  let rest = Buffer.alloc(0)
  const look = () => {
    for (;;) {
      const count = readSync(handle, buffer, 0, CHUNK, position)
      if (count === 0) return
      position += count
      // Cut at a newline byte: a character of several bytes is never torn.
      const bytes = Buffer.concat([rest, buffer.subarray(0, count)])
      const end = bytes.lastIndexOf(0x0a) + 1
      rest = bytes.subarray(end)
      const lines = bytes.toString('utf8', 0, end).split('\n')
      for (const line of lines.slice(0, -1)) onLine(line)
    }
  }
  const timer = setInterval(look, EVERY_MS)
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
      look()
      if (rest.length > 0) onLine(rest.toString('utf8'))
      closeSync(handle)
    },
  }
}
