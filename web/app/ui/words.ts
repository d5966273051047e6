/** Milliseconds as people say them: `840 ms`, `1.2 s`, `3 min`. */
export function span(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–'
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`
  return `${Math.round(ms / 60_000)} min`
}

const CUT = 6

/** Ids are long and alike at the front; their ends tell them apart. */
export const shortId = (id: string | null | undefined): string =>
  id ? (id.length > 10 ? `…${id.slice(-CUT)}` : visible(id)) : '–'

export const clock = (at: number): string => new Date(at).toISOString().slice(11, 23)

export const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 })

/** Ranges of control characters, zero-width and bidi marks, line separators; a tab and a line feed are none. */
const UNSEEN: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
]

/** The same text with what cannot be seen, or would be obeyed, written out: what comes from a log is shown as it is. */
export function visible(text: string): string {
  let shown = ''
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    shown += UNSEEN.some(([from, to]) => code >= from && code <= to) ? `\\u{${code.toString(16)}}` : letter
  }
  return shown
}
