/** What could end a header, hide text, or turn its direction: control characters, line and paragraph separators, bidi marks, zero-width spaces. */
const hostile = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu
const longest = 500

/** Somebody's text as one line of at most 500 characters that can stand anywhere. */
export const oneLine = (value: string | number): string => {
  const line = String(value).toWellFormed().replace(hostile, ' ').replace(/ {2,}/g, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest).toWellFormed()}…` : line
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const fill = (
  parts: TemplateStringsArray,
  values: readonly (string | number)[],
  put: (value: string | number) => string,
) => parts.reduce((text, part, i) => text + put(values[i - 1] ?? '') + part)

/** A template of plain text: every value becomes one harmless line. */
export const text = (parts: TemplateStringsArray, ...values: (string | number)[]): string =>
  fill(parts, values, oneLine)

/** A template of HTML: every value is escaped, too. */
export const html = (parts: TemplateStringsArray, ...values: (string | number)[]): string =>
  fill(parts, values, (value) => oneLine(value).replace(/[&<>"']/g, (sign) => entities[sign]!))
