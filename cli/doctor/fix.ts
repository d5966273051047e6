import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type Context, LabError } from '../command.ts'
import { whileWaiting } from '../terminal/progress.ts'
import type { Finding } from './finding.ts'

const PACKAGES: Readonly<Record<string, string>> = { Java: 'openjdk-17-jre-headless', Maven: 'maven' }

/** Debian's packages for what was not found good; empty when nothing of that kind is missing. */
export function missingPackages(findings: readonly Finding[]): string[] {
  return findings.filter(({ state }) => state !== 'good').flatMap(({ what }) => PACKAGES[what] ?? [])
}

function elsewhere(packages: readonly string[]): string {
  if (packages.includes('bubblewrap'))
    return process.platform === 'linux'
      ? 'Install bubblewrap with the package manager of your system.'
      : 'bubblewrap is for Linux only; on other systems hand-ins are graded in Docker.'
  return process.platform === 'darwin'
    ? 'brew install openjdk@17 maven'
    : 'Install Java 17 and Maven with the package manager of your system.'
}

/** Installs them with apt. Only where that is sure to be right: Debian or a descendant, as root. */
export async function install(ctx: Context, packages: readonly string[]): Promise<void> {
  const command = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`
  if (!isDebian(await readFile('/etc/os-release', 'utf8').catch(() => '')))
    throw new LabError('cannot-fix', '--fix knows Debian and Ubuntu only.', elsewhere(packages), { exit: 1 })
  if (process.getuid?.() !== 0) {
    throw new LabError(
      'cannot-fix',
      `Root is needed to install ${packages.join(' and ')}.`,
      `sudo sh -c '${command}'`,
      { exit: 1 },
    )
  }
  await whileWaiting(ctx, `Installing ${packages.join(' and ')} with apt`, apt(ctx, command))
}

export function isDebian(osRelease: string): boolean {
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(osRelease)
}

async function apt(ctx: Context, command: string): Promise<void> {
  const env = { ...ctx.env, DEBIAN_FRONTEND: 'noninteractive' }
  const child = spawn('sh', ['-c', `(${command}) 2>&1`], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: ctx.signal,
  })
  const ended = once(child, 'close')
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (ctx.verbose) ctx.err.line(line)
  }
  const [code] = (await ended) as [number | null]
  if (code === 0) return
  throw new LabError(
    'fix-failed',
    `apt could not install it:\n${said.slice(-8).join('\n')}`,
    `Try it by hand: ${command}`,
    { exit: 1 },
  )
}
