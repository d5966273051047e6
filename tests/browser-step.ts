import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { glob } from 'node:fs/promises'
import path from 'node:path'
import { ensureBrowser } from '../cli/browser/ensure-browser.ts'
import type { Context, ExitCode } from '../cli/command.ts'

const CONFIG = 'tests/browser/playwright.config.ts'

/** Test files of the page whose path holds `pattern`, relative to `home` and sorted. */
export async function browserTestFiles(home: string, pattern = ''): Promise<string[]> {
  const files: string[] = []
  for await (const file of glob('tests/browser/*.spec.ts', { cwd: home })) if (file.includes(pattern)) files.push(file)
  return files.sort()
}

/**
 * Runs them in a browser of this machine, or one that is installed for it. `env` holds the broker's address. What they say is printed in one piece at the
 * end, since other tests run beside them.
 */
export async function runBrowserTests(
  ctx: Context,
  files: readonly string[],
  env: NodeJS.ProcessEnv,
  workers: number,
): Promise<ExitCode> {
  const browser = await ensureBrowser(ctx)
  const runner = path.join(ctx.home, 'node_modules', '@playwright', 'test', 'cli.js')
  const child = spawn(process.execPath, [runner, 'test', '--config', CONFIG, `--workers=${workers}`, ...files], {
    cwd: ctx.home,
    env: { ...env, LAB_BROWSER: browser },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: ctx.signal,
    killSignal: 'SIGINT',
  })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => said.push(bytes))
  child.on('error', () => {})
  const [code] = (await once(child, 'close')) as [number | null]
  process.stdout.write(Buffer.concat(said))
  return ctx.signal.aborted ? 130 : code === 0 ? 0 : 1
}
