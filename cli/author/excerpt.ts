/** Lines of a file: from the one that holds `at` to the end of what it begins. */

const indentOf = (line: string): number => line.length - line.trimStart().length
const COMMENT = /^\s*(\/\/|#|\/\*\*|\*\/|\*)/
const CLOSES = /^\s*[)\]}]/
const OPENS = /[({[]$|=>$/

/**
 * The statement, function or YAML block that begins in the line with `at`, moved to the left margin. Throws where there is no such line.
 * `comments: false` leaves out lines that are comments only; `lines` takes so many from there on instead.
 */
export function excerpt(
  text: string,
  at: string,
  { comments = true, lines: count }: { comments?: boolean; lines?: number | undefined } = {},
): string {
  const all = text.split('\n')
  const lines = comments ? all : all.filter((line) => !COMMENT.test(line))
  const from = lines.findIndex((line) => line.includes(at))
  if (from < 0) throw new Error(`no line holds "${at}"`)
  const found = lines.slice(from, count === undefined ? endOf(lines, from) : from + count)
  const margin = Math.min(...found.filter((line) => line.trim() !== '').map(indentOf))
  return found
    .map((line) => line.slice(Math.min(margin, indentOf(line))))
    .join('\n')
    .trimEnd()
}

function endOf(lines: readonly string[], from: number): number {
  const margin = indentOf(lines[from] ?? '')
  let end = from + 1
  for (; end < lines.length; end++) {
    const line = lines[end] ?? ''
    if (line.trim() === '' || indentOf(line) > margin) continue
    if (indentOf(line) < margin || !CLOSES.test(line)) break
    // `} catch {` goes on, `}` is the last line.
    if (!OPENS.test(line.trimEnd())) return end + 1
  }
  return end
}
