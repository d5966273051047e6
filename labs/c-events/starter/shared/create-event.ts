import { text } from 'node:stream/consumers'
import { createEvent } from './events.ts'

const lines = (await text(process.stdin)).split('\n')

for (const [index, line] of lines.entries()) {
  if (line.trim() === '') continue
  try {
    // Read the JSON, make the event, print it as one line.
    throw new Error('part C: not written yet')
  } catch (error) {
    // One bad line must not take the good ones with it: say where it is, go on, and fail at the end.
    console.error(`line ${index + 1}: ${(error as Error).message}`)
    process.exitCode = 1
  }
}
