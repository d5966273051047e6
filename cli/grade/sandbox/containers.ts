import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { passedOn } from '../../shop/environment.ts'
import {
  type Cgroup,
  type CgroupEvents,
  type CgroupPlace,
  type CgroupTree,
  countsOf,
  NO_EVENTS,
  placeOf,
} from './cgroup.ts'
import { IMAGE } from './docker.ts'

const run = promisify(execFile)
const DEADLINE_MS = 10_000
/** Where the engine is, and who asks. */
const ASKER = [
  ...['PATH', 'HOME', 'XDG_RUNTIME_DIR', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'],
  ...['DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY'],
]

/** For the `docker` command; the container hears nothing of it. */
export const dockerEnvironment = (): Record<string, string> => passedOn(process.env, ASKER)

const begin = (args: readonly string[]) => run('docker', args, { timeout: DEADLINE_MS, env: dockerEnvironment() })

/** What a `docker` command prints. Rejects when it fails or takes more than ten seconds. */
export const docker = async (...args: string[]): Promise<string> => (await begin(args)).stdout.trim()

/** Two blocks of zeros: an archive of no file. */
const EMPTY_TAR = Buffer.alloc(1024)

/** Makes the empty image that all boxes are made of, where it is missing. */
export async function ensureImage(): Promise<void> {
  if ((await docker('images', '--quiet', IMAGE)) !== '') return
  const importing = begin(['import', '-', IMAGE])
  importing.child.stdin?.on('error', () => {}).end(EMPTY_TAR)
  await importing
}

/** The containers of one sandbox: their names begin with its own. */
export function containersOf(sandbox: string): CgroupTree {
  return { program: async (name) => new Container(name), remove: () => removeContainers(sandbox) }
}

/** Ends and removes whatever a sandbox has left with the engine. None is no error, nor is no engine. */
export async function removeContainers(sandbox: string): Promise<void> {
  const left = await docker('ps', '--all', '--quiet', '--filter', `name=^/?${sandbox}-`).catch(() => '')
  if (left !== '') await docker('rm', '--force', ...left.split('\n')).catch(() => {})
}

/** The group that the engine made for a container. While it runs, the kernel's own counts are read; once it has ended, the engine is asked. */
class Container implements Cgroup {
  readonly doors = []
  readonly #name: string
  #place: CgroupPlace | undefined
  #seen: CgroupEvents = NO_EVENTS

  constructor(name: string) {
    this.#name = name
  }

  async events(): Promise<CgroupEvents> {
    const now = this.#place === undefined ? undefined : await countsOf(this.#place)
    if (now !== undefined) this.#seen = now
    else await this.#ask()
    return this.#seen
  }

  async kill(): Promise<void> {
    await docker('kill', this.#name).catch(() => {})
  }

  async remove(): Promise<void> {
    await docker('rm', '--force', this.#name).catch(() => {})
  }

  /** A moment after its start the engine knows where it counts, and after its end whether it starved. */
  async #ask(): Promise<void> {
    const text = await docker('inspect', '--format', '{{.State.Pid}} {{.State.OOMKilled}}', this.#name).catch(() => '')
    const [pid, starved] = text.split(' ')
    if (starved === 'true') this.#seen = { ...this.#seen, oomKills: Math.max(1, this.#seen.oomKills) }
    const groups = Number(pid) > 0 ? await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '') : ''
    this.#place = groups === '' ? undefined : placeOf(groups)
  }
}
