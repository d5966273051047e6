import { stripVTControlCharacters } from 'node:util'

/**
 * Text that came from elsewhere (an event, a student's output, a file name) may carry bytes that move the cursor, hide or reorder
 * what follows, or talk to the terminal itself. `safe` drops what Node knows as terminal sequences and shows every other such
 * character as `\u{..}`. Newline and tab stay.
 */
export function safe(text: string): string {
  return stripVTControlCharacters(text).replace(HOSTILE, shown)
}

/** The same for text that must stay JSON: the escapes are JSON's own, and nothing is dropped. */
export function safeJson(json: string): string {
  const unit = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`
  return json.replace(HOSTILE, (found) =>
    found
      .split('')
      .map((half) => unit(half.charCodeAt(0)))
      .join(''),
  )
}

const RANGES: readonly (readonly [first: number, last: number, what: string])[] = [
  [0x00, 0x08, 'C0 up to backspace'],
  [0x0b, 0x1f, 'C0 from vertical tab on: carriage return, escape'],
  [0x7f, 0x9f, 'DEL and C1: CSI, OSC, DCS in one byte'],
  [0xad, 0xad, 'soft hyphen'],
  [0x34f, 0x34f, 'combining grapheme joiner'],
  [0x61c, 0x61c, 'Arabic letter mark'],
  [0x115f, 0x1160, 'Hangul fillers'],
  [0x17b4, 0x17b5, 'invisible Khmer vowels'],
  [0x180b, 0x180f, 'Mongolian selectors'],
  [0x200b, 0x200f, 'zero width, direction marks'],
  [0x2028, 0x202e, 'line and paragraph separator, bidi embeddings and overrides'],
  [0x2060, 0x206f, 'word joiner, invisible operators, bidi isolates'],
  [0x3164, 0x3164, 'Hangul filler'],
  [0xd800, 0xdfff, 'halves of pairs'],
  [0xfe00, 0xfe0e, 'variation selectors but the one of emoji'],
  [0xfeff, 0xfeff, 'byte order mark'],
  [0xffa0, 0xffa0, 'half-width Hangul filler'],
  [0xfff9, 0xfffb, 'interlinear annotation'],
  [0xe0000, 0xe0fff, 'tags and further selectors'],
]

const point = (code: number) => `\\u{${code.toString(16)}}`
const HOSTILE = new RegExp(`[${RANGES.map(([first, last]) => `${point(first)}-${point(last)}`).join('')}]`, 'gu')

function shown(character: string): string {
  return point(character.codePointAt(0) ?? 0)
}
