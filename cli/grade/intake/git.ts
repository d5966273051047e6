import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Caps } from './caps.ts'
import { Refused } from './finding.ts'
import type { Landing } from './landing.ts'
import { takeTarStream } from './tar.ts'

const run = promisify(execFile)
const DEADLINE_MS = 60_000

/** Nothing of the user's or of the machine's settings; no hook, no other program, no network; objects are checked as they come. */
const SETTINGS = [
  ...['-c', 'core.hooksPath=/dev/null', '-c', 'protocol.allow=never', '-c', 'protocol.file.allow=always'],
  ...['-c', 'transfer.fsckObjects=true', '-c', 'core.bigFileThreshold=1m', '-c', 'core.fsmonitor=false'],
  ...['-c', 'advice.detachedHead=false', '-c', 'init.defaultBranch=main', '-c', 'pack.threads=1'],
]
const ENVIRONMENT = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ATTR_NOSYSTEM: '1',
  LC_ALL: 'C',
}

/** Memory of one git process, in KiB: a pack can ask for any amount. */
const LIMITED = 'ulimit -v 2000000; exec "$@"'

/**
 * A bundle is cloned without a work tree, and its newest commit read as a tar archive: so that all rules of archives hold for it, and git never
 * writes a file of the submission itself.
 */
export async function takeBundle(source: string, landing: Landing, caps: Caps): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'saga-lab-git-'))
  try {
    const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: folder, ...ENVIRONMENT }
    const git = (...words: string[]) =>
      run('sh', ['-c', LIMITED, 'sh', 'git', ...SETTINGS, ...words], { env, cwd: folder, timeout: DEADLINE_MS })
    const ref = newest((await git('bundle', 'list-heads', source).catch(refuse)).stdout)
    await git('clone', '--bare', '--no-tags', '--template=', '--', source, 'clone.git').catch(refuse)
    const words = ['-c', LIMITED, 'sh', 'git', ...SETTINGS, '-C', 'clone.git', 'archive', '--format=tar', ref]
    const archive = spawn('sh', words, { env, cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], timeout: DEADLINE_MS })
    const failed = new Promise<never>((_, reject) => archive.once('error', reject))
    failed.catch(() => {})
    try {
      await Promise.race([takeTarStream(archive.stdout, landing, caps, false), failed])
    } finally {
      archive.kill('SIGKILL')
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** HEAD, else main or master, else the first of what it holds. */
function newest(heads: string): string {
  const found = [...heads.matchAll(/^([0-9a-f]{40,64}) (\S+)$/gm)].map(([, id = '', name = '']) => ({ id, name }))
  const wanted = ['HEAD', 'refs/heads/main', 'refs/heads/master']
  const best = wanted.flatMap((name) => found.find((head) => head.name === name) ?? [])[0] ?? found[0]
  if (best === undefined) throw new Refused('empty', '', 'the bundle holds no branch')
  return best.id
}

function refuse(error: Error & { stderr?: string; code?: unknown; killed?: boolean }): never {
  if (error.code === 'ENOENT') throw error
  const why = error.killed ? `git did not end within ${DEADLINE_MS / 1000} s` : (error.stderr ?? error.message).trim()
  throw new Refused('broken', '', `git cannot read the bundle: ${why.split('\n').at(-1)?.slice(0, 200)}`)
}
