import type { Context } from '../command.ts'
import { keyOf, type WatchKey } from '../student/watch-keys.ts'

/** Single keys, without Enter, while nobody else asks anything. */
export interface Keyboard {
  /** Gives the terminal to a prompt or a program that reads lines, for as long as `work` takes. */
  lend<T>(work: () => Promise<T>): Promise<T>
  close(): void
}

/** Without a terminal there are no keys. Ctrl-C stays what it is. */
export function openKeyboard(ctx: Context, onKey: (key: WatchKey) => void): Keyboard {
  const { stdin } = process
  if (!ctx.interactive) return { lend: (work) => work(), close: () => {} }
  const listen = (typed: string) => {
    const key = keyOf(typed)
    if (key === 'interrupt') process.kill(process.pid, 'SIGINT')
    else if (key !== undefined) onKey(key)
  }
  const open = () => {
    stdin.setEncoding('utf8')
    stdin.setRawMode(true).resume().on('data', listen)
  }
  const close = () => {
    stdin.off('data', listen)
    stdin.setRawMode(false).pause()
  }
  open()
  return {
    lend: async (work) => {
      close()
      try {
        return await work()
      } finally {
        if (!ctx.signal.aborted) open()
      }
    },
    close,
  }
}
