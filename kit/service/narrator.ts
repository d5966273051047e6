/** Says in plain lines what happens, for people and for the lab contract. Lines of one turn of the event loop leave as one write. */
export interface Narrator {
  say(line: string): void
  /** Resolves when all that was said so far has left this process: whoever promises that something was said waits for it. */
  written(): Promise<void>
}

export const createNarrator = (out: NodeJS.WritableStream): Narrator => {
  let lines: string[] = []
  let writing: Promise<void> = Promise.resolve()
  const flush = (done: () => void): void => {
    const text = lines.join('\n')
    lines = []
    out.write(`${text}\n`, () => done())
  }
  // Whoever read our output may go away; the work goes on without them.
  out.on('error', () => undefined)
  return {
    say: (line) => {
      if (lines.length === 0) writing = new Promise((resolve) => setImmediate(() => flush(resolve)))
      lines.push(line.replace(/[\r\n]+/g, ' '))
    },
    written: () => writing,
  }
}
