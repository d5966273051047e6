import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import type { Ending, Launch, Launched, Launcher } from '../../check/launch.ts'
import { groupAlive } from '../../check/tree.ts'
import { type BoxPlan, bubblewrapWords } from './bubblewrap.ts'
import type { Cgroup, CgroupEvents, CgroupTree } from './cgroup.ts'
import { dockerEnvironment } from './containers.ts'
import type { Control } from './control.ts'
import { type Den, stagePlaces } from './den.ts'
import { dockerWords } from './docker.ts'
import { entryWords, staged } from './entry.ts'
import type { Incidents } from './incidents.ts'
import type { Limits } from './limits.ts'
import type { Mount } from './mounts.ts'
import { begun, type Events, emptied, endingOf, type Running, watched } from './running.ts'
import { notMade } from './trouble.ts'
import type { Way } from './way.ts'

export interface BoxParts {
  readonly kind: 'bubblewrap' | 'docker'
  readonly den: Den
  /** The same for every program of the submission. */
  readonly mounts: readonly Mount[]
  readonly toolchains: readonly string[]
  readonly limits: Limits
  /** How a program gets into its box; `id` is a number of its own. */
  readonly way: (launch: Launch, id: number) => Promise<Way>
  readonly incidents: Incidents
  /** Of the kernel, or of the Docker engine. */
  readonly cgroup: CgroupTree | undefined
  /** Of the programs, where root runs the kit. */
  readonly uid: number | undefined
}

/** A program that runs in its box. */
export interface Inmate {
  readonly name: string
  readonly began: number
  readonly launched: Launched
  /** Names what its cgroup has refused so far. */
  readonly look: () => Promise<void>
}

/** Gives every program of a submission a box of its own: they share the folder and the broker, and see nothing else of each other. */
export class Box implements Launcher {
  readonly inmates = new Set<Inmate>()
  readonly #parts: BoxParts
  readonly #endings = new Set<Promise<void>>()
  #count = 0

  constructor(parts: BoxParts) {
    this.#parts = parts
  }

  async launch(launch: Launch): Promise<Launched> {
    const { den, cgroup } = this.#parts
    const id = ++this.#count
    const name = `${path.basename(den.folder)}-${id}`
    const [way, group] = await Promise.all([this.#parts.way(launch, id), cgroup?.program(name)])
    const child = await this.#spawn(launch, way, name, group).catch(async (error: Error) => {
      await tidyUp(way, group, false)
      throw notMade(error.message)
    })
    const end = () => kill(child, group)
    const running = watched(child)
    const events = running.exit.then(() => group?.events())
    this.#remember(events.then(() => emptied(running)).then((isEmpty) => tidyUp(way, group, isEmpty)))
    const control = way.control(running)
    await begun(running, control, end)
    const launched = this.#launched(launch, running, control, end, events)
    const look = async () => note(await group?.events(), launch.name, this.#parts)
    const inmate = { name: launch.name, began: performance.now(), launched, look }
    this.inmates.add(inmate)
    void running.exit.then(() => this.inmates.delete(inmate))
    return launched
  }

  /** Ends everything and waits until nothing of it is left. */
  async close(): Promise<void> {
    for (const { launched } of this.inmates) launched.kill()
    await Promise.all(this.#endings)
  }

  #remember(ending: Promise<void>): void {
    this.#endings.add(ending)
    ending.then(
      () => this.#endings.delete(ending),
      () => {},
    )
  }

  async #spawn(launch: Launch, way: Way, name: string, group: Cgroup | undefined): Promise<ChildProcess> {
    const { kind, den, uid, limits, toolchains } = this.#parts
    const reads = launch.reads.map((file) => ({ from: file, to: file }))
    const wanted: Mount[] = [...this.#parts.mounts, ...way.mounts, ...reads]
    const own = uid === undefined ? {} : { uid }
    const entry = { cgroupDoors: group?.doors ?? [], limits, stage: den.stage, enter: way.enter, ...own }
    const { mounts, binds } = kind === 'docker' ? { mounts: wanted, binds: [] } : staged(wanted, entry)
    await stagePlaces(binds)
    const plan: BoxPlan = {
      mounts,
      env: launch.env,
      toolchains,
      limits,
      ...(group === undefined ? { data: 3 * limits.memory } : {}),
      words: way.words,
    }
    const [program = '', ...args] =
      kind === 'docker'
        ? dockerWords(plan, name, uid ?? process.getuid?.() ?? 65534)
        : entryWords(bubblewrapWords(plan), binds, entry)
    return spawn(program, args, {
      cwd: '/',
      env: kind === 'docker' ? dockerEnvironment() : { PATH: process.env.PATH ?? '/usr/bin:/bin' },
      detached: true,
      stdio: [launch.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe', kind === 'docker' ? 'ignore' : 'pipe'],
    })
  }

  #launched({ name }: Launch, running: Running, control: Control, end: () => void, events: Events): Launched {
    const { limits, incidents } = this.#parts
    const { child, stdout, stderr, closed } = running
    void events.then((seen) => note(seen, name, this.#parts))
    let ended: Ending['why']
    return {
      pid: child.pid ?? 0,
      stdin: child.stdin,
      stdout,
      stderr,
      ended: endingOf(running, events).then((ending) => (ended === undefined ? ending : { ...ending, why: ended })),
      closed,
      terminate: () => control.tell('terminate'),
      freeze: () => control.tell('freeze'),
      thaw: () => control.tell('thaw'),
      kill: (why) => {
        ended ??= why
        if (why === 'flood') {
          incidents.add('output', name, `${name} printed more than ${mb(limits.output)} and was ended`)
        }
        if (why === 'deadline') incidents.add('wall', name, `${name} had not ended within its time and was ended`)
        end()
      },
      alive: () => groupAlive(child.pid ?? 0),
      flood: limits.output,
      dial: (port) => control.dial(port),
    }
  }
}

export const mb = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`

/** All of it dies with the first process of its own namespace, and that dies with this one. */
function kill(child: ChildProcess, group: Cgroup | undefined): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nothing is left.
  }
  void group?.kill()
}

function note(
  events: CgroupEvents | undefined,
  name: string,
  { limits, incidents }: Pick<BoxParts, 'limits' | 'incidents'>,
): void {
  if (events === undefined) return
  if (events.refusedForks > 0) {
    incidents.add('pids', name, `${name} wanted more than ${limits.pids} processes and threads; it got no more`)
  }
  if (events.oomKills > 0) {
    incidents.add('memory', name, `${name} took more than ${mb(limits.memory)} of memory and was ended`)
  }
}

async function tidyUp(way: Way, group: Cgroup | undefined, isEmpty: boolean): Promise<void> {
  await way.close(isEmpty)
  await group?.remove()
}
