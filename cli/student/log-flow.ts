import { StringDecoder } from 'node:string_decoder'

const LONGEST_LINE = 2_000
/** What a reader can follow, and a terminal can take, of one service in a quarter of a second. */
const LINES = 40
const WINDOW_MS = 250

export interface Flow {
  /** What a process wrote. */
  add(bytes: Buffer): void
  /** The process is gone: what is left of its last line is a line too. */
  end(): void
}

/**
 * Cuts what a process writes into lines and hands them on, as many as one can follow; the rest is counted and told in one line, so that a
 * service that floods its output costs neither memory nor the sight of the others.
 */
export function logFlow(tell: (line: string) => void, now: () => number): Flow {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let window = -Infinity
  let shown = 0
  let left = 0
  const line = (text: string) => {
    if (now() - window >= WINDOW_MS) {
      if (left > 0) tell(`… ${left} more lines`)
      window = now()
      shown = 0
      left = 0
    }
    if (shown < LINES) tell(text.replace(/\r$/, ''))
    else left++
    shown++
  }
  const cut = () => {
    if (rest.length <= LONGEST_LINE) return
    line(`${rest.slice(0, LONGEST_LINE)} …`)
    rest = ''
  }
  return {
    add: (bytes) => {
      const pieces = (rest + decoder.write(bytes)).split('\n')
      rest = pieces.pop() ?? ''
      for (const piece of pieces) line(piece.length > LONGEST_LINE ? `${piece.slice(0, LONGEST_LINE)} …` : piece)
      cut()
    },
    end: () => {
      const last = rest + decoder.end()
      rest = ''
      if (last !== '') line(last)
      if (left > 0) tell(`… ${left} more lines`)
      left = 0
    },
  }
}
