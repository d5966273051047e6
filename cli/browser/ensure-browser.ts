import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Context, LabError } from '../command.ts'
import { whileWaiting } from '../terminal/progress.ts'
import { findBrowser, type Machine, mayRun } from './find-browser.ts'

const run = promisify(execFile)
const INSTALL_MS = 300_000

/** What it takes to get a browser, so that a test can bring its own. */
export interface Shelf {
  readonly machine: Omit<Machine, 'installed'>
  /** Where Playwright keeps the one that it installs. */
  readonly playwrightsOwn: () => Promise<string | null>
  /** Can Debian's packages be installed here? */
  readonly isDebianRoot: boolean
  /** False where that failed. */
  readonly run: (program: string, args: readonly string[]) => Promise<boolean>
}

/** A browser for the tests of the page: one that is there, else one that is installed now. Throws LabError `no-browser` that says how to get one. */
export async function ensureBrowser(ctx: Context, shelf = shelfOf(ctx)): Promise<string> {
  const look = async () => findBrowser({ ...shelf.machine, installed: await shelf.playwrightsOwn() })
  const found = await look()
  if (found !== null) return found
  for (const [what, program, args] of installers(ctx, shelf)) {
    const done = await whileWaiting(ctx, what, shelf.run(program, args))
    const now = done ? await look() : null
    if (now !== null) return now
  }
  throw new LabError(
    'no-browser',
    'The tests of the dashboard need a browser, and this machine has no Chromium, Chrome or Edge.',
    "Install one (Debian: 'apt-get install chromium'), or run 'npx playwright install chromium',\nor set LAB_BROWSER to the program.",
  )
}

const shelfOf = (ctx: Context): Shelf => ({
  machine: { env: ctx.env, platform: process.platform, runs: mayRun },
  playwrightsOwn,
  isDebianRoot: process.getuid?.() === 0 && existsSync('/etc/debian_version'),
  run: (program, args) => install(ctx, program, args),
})

async function playwrightsOwn(): Promise<string | null> {
  const { chromium } = await import('@playwright/test')
  return chromium.executablePath() || null
}

type Installer = readonly [what: string, program: string, args: readonly string[]]

function installers({ home }: Context, { isDebianRoot }: Shelf): Installer[] {
  const playwright = path.join(home, 'node_modules', '@playwright', 'test', 'cli.js')
  const ways: Installer[] = [
    ['Installing a Chromium for the tests', process.execPath, [playwright, 'install', 'chromium']],
  ]
  if (isDebianRoot)
    ways.push([
      "Installing Debian's Chromium",
      '/bin/sh',
      ['-c', 'apt-get update -q && apt-get install -y -q chromium'],
    ])
  return ways
}

async function install(ctx: Context, program: string, args: readonly string[]): Promise<boolean> {
  try {
    const env = { ...ctx.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run(program, [...args], { env, signal: ctx.signal, timeout: INSTALL_MS, maxBuffer: 16 << 20 })
    return true
  } catch {
    ctx.signal.throwIfAborted()
    return false
  }
}
