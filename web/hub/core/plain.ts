const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const LINE = /[\n\t]/

/**
 * Text of an event as it may be shown: control characters, and those that hide or reorder what follows, become visible as `\u{..}`. HTML stays
 * what it is: pages show text as text. Longer text is cut, which `…` says.
 */
export function plain(text: string, most = 200): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text
  return cut.replace(HIDDEN, escaped)
}

/** The same for a whole value: its lines stay lines. */
export function plainLines(text: string): string {
  return text.replace(HIDDEN, (one) => (LINE.test(one) ? one : escaped(one)))
}

const escaped = (one: string): string => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`
