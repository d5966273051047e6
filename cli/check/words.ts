/**
 * Splits a command line into words as a POSIX shell does, and does nothing else that a shell does: no variables, no globs,
 * no pipes. Throws `Error` with the place when a quote or a backslash is left open.
 */
export function splitWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? ''
    if (c === ' ' || c === '\t' || c === '\n' || c === '\r') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (c === "'") {
      const end = line.indexOf("'", i + 1)
      if (end < 0) throw new Error(`the single quote at character ${i + 1} is never closed`)
      word = (word ?? '') + line.slice(i + 1, end)
      i = end
    } else if (c === '"') {
      const quoted = doubleQuoted(line, i)
      word = (word ?? '') + quoted.text
      i = quoted.end
    } else if (c === '\\') {
      const next = line[i + 1]
      if (next === undefined) throw new Error('the backslash at the end has nothing to escape')
      if (next !== '\n') word = (word ?? '') + next
      i++
    } else if (c === '#' && word === undefined) {
      break
    } else {
      word = (word ?? '') + c
    }
  }
  if (word !== undefined) words.push(word)
  return words
}

/** Inside double quotes a backslash escapes `$`, a back tick, `"`, itself and a line end only. */
function doubleQuoted(line: string, start: number): { text: string; end: number } {
  let text = ''
  for (let i = start + 1; i < line.length; i++) {
    const c = line[i] ?? ''
    if (c === '"') return { text, end: i }
    const next = line[i + 1] ?? ''
    if (c === '\\' && '$`"\\\n'.includes(next) && next !== '') {
      if (next !== '\n') text += next
      i++
    } else {
      text += c
    }
  }
  throw new Error(`the double quote at character ${start + 1} is never closed`)
}
