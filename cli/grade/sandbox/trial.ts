import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Launch } from '../../check/launch.ts'
import { findCgroups } from './cgroup.ts'
import type { Opened, OpenOptions } from './open.ts'
import type { Attempt, Tier } from './tier.ts'

const run = promisify(execFile)
/** Two seconds on a machine at rest. */
const DEADLINE_MS = 30_000

type Open = (options: OpenOptions) => Promise<Opened & { close(): Promise<void> }>

/** Tells what it can see of the machine. The answer is known only to who ran it: the nonce comes on its input. */
const SPY = `
const fs = require('node:fs'), net = require('node:net'), [,, kit] = process.argv
const nonce = fs.readFileSync(0, 'utf8')
const seen = { nonce, kit: fs.existsSync(kit), home: fs.existsSync('/root') || fs.existsSync('/home'), secret: 'LAB_SECRET' in process.env,
  processes: fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length }
const socket = net.connect(9, '192.0.2.1')
const end = (net) => { process.stdout.write(JSON.stringify({ ...seen, net })); process.exit() }
socket.once('error', ({ code }) => end(code)); socket.setTimeout(1500, () => end('silent')); socket.once('connect', () => end('connected'))
`
const EATER = 'const all = []; for (;;) all.push(Buffer.alloc(16 * 2 ** 20, 1))'

/** Runs a spy, and where the kernel counts memory an eater, in a sandbox of this tier. Never rejects. */
export async function tryTier(tier: Tier, open: Open): Promise<Attempt> {
  const missing = await whatIsMissing(tier)
  if (missing !== undefined) return { tier, works: false, ...missing }
  const folder = await mkdtemp(path.join(tmpdir(), 'saga-lab-trial-'))
  try {
    const submission = path.join(folder, 'empty')
    await mkdir(submission)
    const box = await open({ tier: { tier }, submission, work: path.join(folder, 'work'), brokers: [] })
    try {
      await spy(box)
      if (tier !== 'T2') await eat(box)
    } finally {
      await box.close()
    }
    return { tier, works: true, why: await describe(tier), remedy: '' }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { tier, works: false, why, remedy: remedyFor(tier, why) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function spy({ launcher }: Opened): Promise<void> {
  const nonce = randomUUID()
  const program = await launcher.launch(launchOf(['node', '-e', SPY, import.meta.filename], true))
  const late = setTimeout(() => program.kill(), DEADLINE_MS)
  program.stdin?.end(nonce)
  const said: Buffer[] = []
  const wrong: Buffer[] = []
  program.stdout.on('data', (bytes: Buffer) => said.push(bytes))
  program.stderr.on('data', (bytes: Buffer) => wrong.push(bytes))
  const { code, signal } = await program.ended
  clearTimeout(late)
  const text = Buffer.concat(said).toString('utf8')
  if (!text.includes(nonce)) {
    const last = Buffer.concat(wrong).toString('utf8').trim().slice(-300)
    throw new Error(`a program in it ended with ${code ?? signal}: ${last}`)
  }
  const seen = JSON.parse(text) as Record<'kit' | 'home' | 'secret' | 'processes' | 'net', unknown>
  if (seen.kit || seen.home) throw new Error("a program in it sees the kit's own files or a home folder")
  if (Number(seen.processes) > 5) throw new Error(`a program in it sees ${seen.processes} processes`)
  if (seen.net !== 'ENETUNREACH') throw new Error(`a program in it reaches the network (${seen.net})`)
}

async function eat({ launcher }: Opened): Promise<void> {
  const program = await launcher.launch(launchOf(['node', '-e', EATER], false))
  program.stdout.resume()
  program.stderr.resume()
  let isLate = false
  const late = setTimeout(() => {
    isLate = true
    program.kill()
  }, DEADLINE_MS)
  const { why, code, signal } = await program.ended
  clearTimeout(late)
  if (why === 'memory') return
  if (isLate) throw new Error(`a program that takes all memory was not ended within ${DEADLINE_MS / 1_000} s`)
  throw new Error(`memory is not held back (${code ?? signal})`)
}

function launchOf(words: readonly string[], stdin: boolean): Launch {
  return { name: 'trial', words, cwd: '/', env: {}, mark: 'trial', stdin, calls: [], reads: [] }
}

async function whatIsMissing(tier: Tier): Promise<Pick<Attempt, 'why' | 'remedy'> | undefined> {
  // Docker on macOS and Windows runs on a machine of its own, which has neither this one's programs nor its sockets.
  if (process.platform !== 'linux') return { why: 'sandboxes are for Linux only', remedy: REMEDIES.linux }
  if (tier === 'T1') {
    const why = await answerOf('docker', ['version', '--format', '{{.Server.Version}}'])
    return why.ok ? undefined : { why: `no Docker engine answers: ${why.text}`, remedy: REMEDIES.docker }
  }
  if (!(await hasBubblewrap())) return { why: 'bubblewrap is not installed', remedy: REMEDIES.bubblewrap }
  if (tier === 'T2') return undefined
  const { place, why } = await findCgroups()
  return place === undefined ? { why, remedy: REMEDIES.cgroup } : undefined
}

export async function hasBubblewrap(): Promise<boolean> {
  return (await answerOf('bwrap', ['--version'])).ok
}

async function describe(tier: Tier): Promise<string> {
  if (tier === 'T1') return `Docker ${(await answerOf('docker', ['version', '--format', '{{.Server.Version}}'])).text}`
  const bubblewrap = (await answerOf('bwrap', ['--version'])).text
  const own = process.getuid?.() === 0 ? ', a user id of its own' : ''
  return tier === 'T3' ? `${bubblewrap}, ${(await findCgroups()).why}${own}` : `${bubblewrap}, rlimits${own}`
}

async function answerOf(program: string, args: string[]): Promise<{ ok: boolean; text: string }> {
  try {
    return { ok: true, text: (await run(program, args, { timeout: 5_000 })).stdout.trim() }
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string }
    return { ok: false, text: (stderr?.trim() || String(code)).slice(0, 200) }
  }
}

const REMEDIES = {
  linux: 'run it on Linux, on Windows inside WSL2, on macOS in a virtual machine',
  bubblewrap: 'apt-get install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora)',
  cgroup:
    'run it as root (sudo), or with groups of your own: systemd-run --user --scope -p Delegate=yes lab grade …; in a container: --privileged',
  docker: 'install Docker and start it, and let this user use it (group docker)',
  userns:
    'let users make namespaces: sysctl kernel.unprivileged_userns_clone=1; on Ubuntu 24.04 and later: sysctl kernel.apparmor_restrict_unprivileged_userns=0; in a container: --security-opt seccomp=unconfined; or run it as root',
} as const

function remedyFor(tier: Tier, why: string): string {
  if (tier === 'T1') return REMEDIES.docker
  return /namespace|uid map|Operation not permitted|setting up/i.test(why) ? REMEDIES.userns : REMEDIES.cgroup
}
