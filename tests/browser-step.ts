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

/** Runs them in a browser of this machine, or one that is installed for it. `env` holds the broker's address. */
export async function runBrowserTests(
  ctx: Context,
  files: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  const browser = await ensureBrowser(ctx)
  const runner = path.join(ctx.home, 'node_modules', '@playwright', 'test', 'cli.js')
  const child = spawn(process.execPath, [runner, 'test', '--config', CONFIG, ...files], {
    cwd: ctx.home,
    env: { ...env, LAB_BROWSER: browser },
    stdio: ['ignore', 'inherit', 'inherit'],
    signal: ctx.signal,
    killSignal: 'SIGINT',
  })
  child.on('error', () => {})
  const [code] = (await once(child, 'close')) as [number | null]
  return ctx.signal.aborted ? 130 : code === 0 ? 0 : 1
}
