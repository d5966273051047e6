import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import type { Context } from '../command.ts'
import { LabError } from '../command.ts'

const run = promisify(execFile)

/** Published by docker-compose.yml. */
export const DOCKER_PORT = 9092
const UP_MS = 180_000

/** Does an engine answer, and does it know `compose`? `why` says what is missing. */
export async function findDocker(env: Readonly<NodeJS.ProcessEnv>): Promise<{ found: boolean; why: string }> {
  try {
    await run('docker', ['info', '--format', '{{.ServerVersion}}'], { env, timeout: 3_000 })
    await run('docker', ['compose', 'version', '--short'], { env, timeout: 3_000 })
    return { found: true, why: 'a Docker engine answers' }
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string }
    if (code === 'ENOENT') return { found: false, why: 'docker is not installed' }
    return { found: false, why: /compose/.test(stderr) ? 'docker has no compose plugin' : 'no Docker engine answers' }
  }
}

export async function dockerUp(ctx: Context): Promise<void> {
  await compose(ctx, ['up', '--detach', '--wait', 'kafka'])
}

export async function dockerDown(ctx: Context): Promise<void> {
  await compose(ctx, ['stop', 'kafka'])
}

/** With the volume that holds the data. */
export async function dockerClean(ctx: Context): Promise<void> {
  await compose(ctx, ['down', '--volumes', '--remove-orphans'])
}

export async function isDockerBrokerUp(ctx: Context): Promise<boolean> {
  try {
    const args = ['compose', 'ps', '--status', 'running', '--quiet', 'kafka']
    const { stdout } = await run('docker', args, { cwd: ctx.home, env: ctx.env, timeout: 5_000 })
    return stdout.trim() !== ''
  } catch {
    return false
  }
}

/** Prints what the broker says, until it ends or the reader has seen enough. */
export async function dockerLogs(ctx: Context, lines: number, follow: boolean): Promise<void> {
  const args = [
    'compose',
    'logs',
    '--no-log-prefix',
    '--no-color',
    '--tail',
    String(lines),
    ...(follow ? ['--follow'] : []),
    'kafka',
  ]
  const child = spawn('docker', args, {
    cwd: ctx.home,
    env: ctx.env,
    stdio: ['ignore', 'pipe', 'ignore'],
    signal: ctx.signal,
  })
  child.on('error', () => undefined)
  const { createInterface } = await import('node:readline')
  for await (const line of createInterface({ input: child.stdout })) ctx.out.line(line)
}

async function compose(ctx: Context, args: readonly string[]): Promise<void> {
  try {
    await run('docker', ['compose', ...args], { cwd: ctx.home, env: ctx.env, timeout: UP_MS, signal: ctx.signal })
  } catch (error) {
    ctx.signal.throwIfAborted()
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').slice(-6).join('\n') ?? ''
    const taken = /port is already allocated|address already in use/.test(said)
    throw new LabError(
      'docker-failed',
      `docker compose ${args[0]} failed:\n${said}`,
      taken
        ? `Another program holds port ${DOCKER_PORT}: 'lab doctor' says which. Is it the Kafka of part A? 'docker compose down' in my-shop ends it.`
        : "See 'docker compose logs kafka'.",
      { cause: error },
    )
  }
}
