/** One line of a comparison: in both, only in the first (`-`), only in the second (`+`), or left out (`…`). */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+' | '…'
  readonly text: string
}

const AROUND = 3
/** Beyond this the table of the comparison would take too much memory: all of the one, then all of the other. */
const MOST_CELLS = 4_000_000

/** The shortest way from one text to the other, line by line, with three lines around each difference. Empty when they are equal. */
export function diffLines(from: string, to: string): DiffLine[] {
  if (from === to) return []
  const a = linesOf(from)
  const b = linesOf(to)
  const whole = a.length * b.length > MOST_CELLS ? replaceAll(a, b) : walk(a, b, commonLengths(a, b))
  return whole.every(({ sign }) => sign === ' ') ? [] : shorten(whole)
}

/** The end of the last line and a carriage return before it are no difference that a reader wants to see. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** `table[i][j]`: how many lines the rests from i and j have in common. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = table[i] as Uint32Array
      const below = table[i + 1] as Uint32Array
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0)
    }
  }
  return table
}

function walk(a: readonly string[], b: readonly string[], table: readonly Uint32Array[]): DiffLine[] {
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', text: a[i++] ?? '' })
      j++
    } else if (j >= b.length || (i < a.length && (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0))) {
      lines.push({ sign: '-', text: a[i++] ?? '' })
    } else {
      lines.push({ sign: '+', text: b[j++] ?? '' })
    }
  }
  return lines
}

function replaceAll(a: readonly string[], b: readonly string[]): DiffLine[] {
  return [...a.map((text) => ({ sign: '-', text }) as const), ...b.map((text) => ({ sign: '+', text }) as const)]
}

function shorten(lines: readonly DiffLine[]): DiffLine[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ sign }) => sign !== ' '),
  )
  return lines.flatMap((line, at) => {
    if (near[at]) return [line]
    return at > 0 && !near[at - 1] ? [] : [{ sign: '…', text: '' } as const]
  })
}
