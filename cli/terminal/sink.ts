import { render } from './paint.ts'
import { safe, safeJson } from './safe.ts'

/** Where a command's text goes. Everything passes `safe` here, so that no command has to think of it. */
export interface Sink {
  /** One line; may hold newlines of its own. */
  line(text?: string): void
  /** One JSON value on one line. */
  json(value: unknown): void
  /** Replaces the line at hand on a terminal; prints nothing elsewhere. Ends with the next `line`. */
  status(text: string): void
  /** Does `status` show anything here? */
  readonly isTerminal: boolean
}

export interface Target {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
}

const ERASE_LINE = '\r\u001b[2K'

export function createSink(target: Target): Sink {
  let pending = ''
  const clear = () => {
    const erase = pending
    pending = ''
    return erase
  }
  return {
    line: (text = '') => void target.write(`${clear()}${render(text, safe)}\n`),
    json: (value) => void target.write(`${clear()}${safeJson(JSON.stringify(value, plainBigint))}\n`),
    status: (text) => {
      if (!target.isTTY) return
      target.write(clear() + render(text.replaceAll('\n', ' '), safe))
      pending = text === '' ? '' : ERASE_LINE
    },
    isTerminal: target.isTTY === true,
  }
}

/** Offsets are bigints; JSON has none, so they go out as text. */
function plainBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
