import { createInterface } from 'node:readline'

/** A line of input that cannot be used: its number (from 1, blank lines counted) and what is wrong with it. */
export class LineError extends Error {
  override readonly name = 'LineError'
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`)
  }
}

/** Calls `use` for each JSON value on standard input, one a line; a bad line is told on stderr and the next one is read. Sets exit code 1 if there was any. */
export const eachJsonLine = async (use: (value: unknown, line: number) => void): Promise<void> => {
  let line = 0
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1
    if (text.trim() === '') continue
    try {
      use(parse(text, line), line)
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      process.stderr.write(`${error.message}\n`)
      process.exitCode = 1
    }
  }
}

const parse = (text: string, line: number): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LineError(line, `broken JSON: ${(error as Error).message}`)
  }
}
