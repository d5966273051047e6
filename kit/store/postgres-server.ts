import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)

/** A server of one's own, empty, in a temporary folder. Nothing of it is left after `stop`, nor after the process that started it has ended. */
export interface PostgresServer {
  /** `postgres://…/postgres`, over a Unix socket. */
  readonly url: string
  /** Kills the server (SIGKILL to its main process, as a crash would) and starts it again on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface Unavailable {
  /** Why there is no server, and what would give one. */
  readonly unavailable: string
}

const BINARIES = '/usr/lib/postgresql'
const START_DEADLINE_MS = 30_000
const PORT = 5432

/** For tests. Takes Debian's binaries and installs nothing; PostgreSQL refuses to run as root, so root runs it as `postgres` or `nobody`. */
export async function startPostgres(): Promise<PostgresServer | Unavailable> {
  const bin = newestBinaries()
  if (bin === undefined) {
    return {
      unavailable: `no PostgreSQL server in ${BINARIES}/*/bin (apt-get install postgresql) and DATABASE_URL is not set`,
    }
  }
  const user = await runAs()
  if (user === undefined)
    return { unavailable: 'root may not run PostgreSQL, and there is no user postgres or nobody, or no setpriv' }

  const folder = mkdtempSync(join(tmpdir(), 'saga-pg-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  try {
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
    const data = join(folder, 'data')
    const initdb = [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ]
    await run(...user.command(join(bin, 'initdb'), initdb), { cwd: folder })
    return await serve(user.command, join(bin, 'postgres'), folder, data, clean)
  } catch (error) {
    clean()
    throw error
  }
}

type Command = (program: string, args: string[]) => [string, string[]]

async function serve(
  command: Command,
  program: string,
  folder: string,
  data: string,
  clean: () => void,
): Promise<PostgresServer> {
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}&port=${PORT}`
  const args = [
    '-D',
    data,
    '-k',
    folder,
    '-p',
    String(PORT),
    '-c',
    'listen_addresses=',
    '-c',
    'fsync=off',
    '-c',
    'shared_buffers=16MB',
  ]
  let server = await begin()

  async function begin(): Promise<ChildProcess> {
    const child = spawn(...command(program, args), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    child.stderr?.on('data', (chunk) => {
      log = (log + chunk).slice(-4_000)
    })
    // The test process must be able to end although the server still runs; `onExit` ends the server then.
    child.unref()
    await accepts(url, child, () => log)
    return child
  }

  /** The processes of a server that was killed end a moment later than it, and until then they hold its memory. */
  async function beginAgain(): Promise<ChildProcess> {
    const deadline = performance.now() + START_DEADLINE_MS
    for (;;) {
      try {
        return await begin()
      } catch (error) {
        if (!/still in use/.test(String(error)) || performance.now() > deadline) throw error
        await sleep(50)
      }
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.ref()
    server.kill(signal)
    await gone
  }

  const onExit = () => {
    server.kill('SIGKILL')
    clean()
  }
  process.once('exit', onExit)

  return {
    url,
    restart: async () => {
      await end('SIGKILL')
      server = await beginAgain()
    },
    stop: async () => {
      await end('SIGINT')
      process.off('exit', onExit)
      clean()
    },
  }
}

async function accepts(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS
  for (;;) {
    try {
      await answers(url)
      return
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended at its start:\n${log()}`, { cause: error })
      if (performance.now() > deadline) {
        child.kill('SIGKILL')
        throw new Error(`PostgreSQL does not answer after ${START_DEADLINE_MS} ms:\n${log()}`, { cause: error })
      }
      await sleep(50)
    }
  }
}

async function answers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
  } finally {
    await client.end().catch(() => {})
  }
}

function newestBinaries(): string | undefined {
  if (!existsSync(BINARIES)) return undefined
  const versions = readdirSync(BINARIES).sort((a, b) => Number(b) - Number(a))
  const folders = versions.map((version) => join(BINARIES, version, 'bin'))
  return folders.find((bin) => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')))
}

interface RunAs {
  readonly uid?: number
  readonly gid: number
  readonly command: Command
}

async function runAs(): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return { gid: 0, command: (program, args) => [program, args] }
  for (const name of ['postgres', 'nobody']) {
    try {
      const uid = Number((await run('id', ['-u', name])).stdout)
      const gid = Number((await run('id', ['-g', name])).stdout)
      const drop = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--pdeathsig=INT']
      await run('setpriv', [...drop, 'true'])
      return { uid, gid, command: (program, args) => ['setpriv', [...drop, program, ...args]] }
    } catch {
      // Try the next one.
    }
  }
  return undefined
}
