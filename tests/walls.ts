import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Context } from '../cli/command.ts'

const run = promisify(execFile)

interface Wall {
  readonly name: string
  /** A file under node_modules that Node runs, and its arguments. */
  readonly script: string
  readonly args: readonly string[]
}

/** What can be judged without running anything. */
const WALLS: readonly Wall[] = [
  { name: 'types', script: 'typescript-7/bin/tsc', args: ['-p', '.'] },
  { name: 'types of the page', script: 'typescript-7/bin/tsc', args: ['-p', 'web/app'] },
  {
    name: 'lint and format',
    script: '@biomejs/biome/bin/biome',
    args: ['ci', '--colors=off', '--max-diagnostics=40', '.'],
  },
  {
    name: 'walls between folders',
    script: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--output-type', 'err-long', ...['bin', 'kit', 'services', 'cli', 'labs', 'tests', 'web']],
  },
  { name: 'unused code', script: 'knip/bin/knip.js', args: ['--no-progress'] },
]

export interface WallResult {
  readonly name: string
  readonly ok: boolean
  readonly seconds: number
  /** What the tool said; for the reader, when it is not ok. */
  readonly said: string
}

/** Runs all of them side by side and tells each result as one line, in order. */
export async function checkWalls(ctx: Context): Promise<WallResult[]> {
  const results = WALLS.map((wall) => check(ctx, wall))
  const done: WallResult[] = []
  for (const result of results) {
    done.push(await result)
    if (!ctx.json) tell(ctx, await result)
  }
  return done
}

async function check(ctx: Context, { name, script, args }: Wall): Promise<WallResult> {
  const since = performance.now()
  const result = (ok: boolean, said: string) => ({ name, ok, seconds: (performance.now() - since) / 1000, said })
  const file = path.join(ctx.home, 'node_modules', script)
  try {
    const env = { ...ctx.env, NO_COLOR: '1', FORCE_COLOR: undefined }
    const options = { cwd: ctx.home, env, signal: ctx.signal, maxBuffer: 64 << 20 }
    const { stdout } = await run(process.execPath, [file, ...args], options)
    return result(true, stdout.trim())
  } catch (error) {
    ctx.signal.throwIfAborted()
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
    return result(false, `${stdout}\n${stderr}`.trim() || message)
  }
}

function tell({ out, paint }: Context, { name, ok, seconds, said }: WallResult): void {
  out.line(`${ok ? paint.good('✔') : paint.bad('✗')} ${name} ${paint.faint(`${seconds.toFixed(1)} s`)}`)
  if (!ok) out.line(said.replace(/^/gm, '  '))
}
