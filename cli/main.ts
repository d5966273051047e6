import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Context, type ExitCode, LabError } from './command.ts'
import { TABLE } from './commands/table.ts'
import { createContext } from './context.ts'
import { parse } from './program.ts'

/** The program's one way in and one way out: nothing else ends the process. */
const interrupt = new AbortController()
const argv = process.argv.slice(2)
let ctx = createContext(
  { json: argv.includes('--json'), verbose: argv.includes('--verbose'), color: !argv.includes('--no-color') },
  interrupt.signal,
)

function end(code: ExitCode): never {
  process.exit(code)
}

/** A Ctrl-C may come twice, from the terminal and handed on by npm or the launcher: that is one wish, not two. */
const ECHO_MS = 400
let interruptedAt = 0
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    const since = performance.now() - interruptedAt
    if (interrupt.signal.aborted && since > ECHO_MS) end(130)
    if (interrupt.signal.aborted) return
    interruptedAt = performance.now()
    interrupt.abort(new LabError('interrupted', 'Stopped.', '', { exit: 130 }))
  })
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'EPIPE' ? 0 : 3))
}
process.on('uncaughtException', (error) => end(report(ctx, error)))

end(await main())

async function main(): Promise<ExitCode> {
  try {
    const packageFile = path.join(ctx.home, 'package.json')
    const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
    // Alone it is a menu where somebody can choose, help elsewhere.
    const asked = argv.length === 0 ? [ctx.interactive ? 'menu' : '--help'] : argv
    const request = await parse(TABLE, asked, version, {
      out: (text) => ctx.out.line(text.replace(/\n$/, '')),
      err: (text) => ctx.err.line(text.replace(/\n$/, '')),
    })
    if (!request) return 2
    ctx = createContext(request.flags, interrupt.signal)
    const code = await request.command.run(ctx, request.input)
    return interrupt.signal.aborted && code === 0 ? 130 : code
  } catch (error) {
    return interrupt.signal.aborted ? 130 : report(ctx, error)
  }
}

/** Tells the reader what went wrong and what to do, and says which exit code that is. */
function report(at: Context, error: unknown): ExitCode {
  if (isUsage(error)) return error.exitCode === 0 ? 0 : 2
  const known = error instanceof LabError ? error : unexpected(error)
  if (at.json) at.out.json({ error: { code: known.code, message: known.message, remedy: known.remedy } })
  at.err.line(`${at.paint.bad('✗')} ${known.message}`)
  if (known.remedy) at.err.line(known.remedy.replace(/^/gm, '  '))
  if (at.verbose) at.err.line(stackOf(error))
  return known.exit
}

function unexpected(error: unknown): LabError {
  const message = error instanceof Error ? error.message : String(error)
  return new LabError(
    'fault',
    `This should not have happened: ${message}`,
    'Run it again with --verbose to see where.',
    {
      cause: error,
    },
  )
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? `${error.stack}` : `${error.stack}\ncaused by: ${stackOf(error.cause)}`
}

/** Commander has told the reader already; it throws so that there is one way out. */
function isUsage(error: unknown): error is Error & { exitCode: number } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.')
}
