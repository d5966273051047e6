import { type Data, type Envelope, fault, isTopic, wrap } from './envelope.ts'

function complain(number: number, what: string): void {
  process.stderr.write(`stdin:${number}: bad ${what}\n`)
  process.exitCode = 65
}

/** The event for a line, or the name of what is wrong with it. */
function answer(line: string, number: number): { event: Envelope } | { bad: string } {
  let wish: { eventType?: unknown; data?: unknown } | null
  try {
    wish = JSON.parse(line)
  } catch {
    return { bad: `JSON in line ${number}` }
  }
  if (!isTopic(wish?.eventType)) return { bad: 'eventType' }
  const field = fault(wish.data)
  return field === undefined ? { event: wrap(wish.eventType, wish.data as Data) } : { bad: field }
}

function handle(line: string, number: number): void {
  if (line.trim() === '') return
  const result = answer(line, number)
  if ('bad' in result) complain(number, result.bad)
  else process.stdout.write(`${JSON.stringify(result.event)}\n`)
}

/** Line by line as they come, not at the end of the input. */
export async function createEvents(): Promise<void> {
  let rest = ''
  let number = 0
  process.stdin.setEncoding('utf8')
  for await (const chunk of process.stdin as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) handle(line, ++number)
  }
  if (rest !== '') handle(rest, number + 1)
}
