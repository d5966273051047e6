/** Says in plain lines what happens, for people and for the lab contract. Lines of one turn of the event loop leave as one write. */
export interface Narrator {
  say(line: string): void
}

export const createNarrator = (out: NodeJS.WritableStream): Narrator => {
  let lines: string[] = []
  const flush = (): void => {
    const text = lines.join('\n')
    lines = []
    out.write(`${text}\n`)
  }
  // Whoever read our output may go away; the work goes on without them.
  out.on('error', () => undefined)
  return {
    say: (line) => {
      if (lines.length === 0) setImmediate(flush)
      lines.push(line.replace(/[\r\n]+/g, ' '))
    },
  }
}
