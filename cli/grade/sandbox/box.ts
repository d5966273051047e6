import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Ending, Launch, Launched, Launcher } from '../../check/launch.ts'
import { groupAlive } from '../../check/tree.ts'
import { type BoxPlan, bubblewrapWords } from './bubblewrap.ts'
import type { Cgroup, CgroupEvents, CgroupTree } from './cgroup.ts'
import { type Control, openControl } from './control.ts'
import { type Den, stagePlaces } from './den.ts'
import { dockerWords } from './docker.ts'
import { type Door, openDoor } from './door.ts'
import { entryWords, staged } from './entry.ts'
import type { Incidents } from './incidents.ts'
import type { Limits } from './limits.ts'
import { INSIDE, type Mount } from './mounts.ts'
import type { Orders } from './orders.ts'
import { begun, type Events, emptied, endingOf, type Running, watched } from './running.ts'

export interface BoxParts {
  readonly kind: 'bubblewrap' | 'docker'
  readonly den: Den
  /** The same for every program of the submission. */
  readonly mounts: readonly Mount[]
  readonly toolchains: readonly string[]
  readonly limits: Limits
  readonly brokers: Orders['doors']
  readonly incidents: Incidents
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
    const { kind, den, cgroup, uid } = this.#parts
    const id = ++this.#count
    const room = await den.room(path.join('runs', String(id)))
    const doors = launch.calls.map((port) => openDoor({ socket: path.join(room, `call-${port}.sock`), port, uid }))
    const [control, group, ...calls] = await Promise.all([
      openControl({ socket: path.join(room, 'control.sock'), uid }),
      cgroup?.program(),
      ...doors,
    ])
    const name = `${path.basename(den.folder)}-${id}`
    const child = await this.#spawn(launch, room, name, group)
    const end = () => kill(child, group, kind === 'docker' ? name : undefined)
    const running = watched(child)
    const events = running.exit.then(() => group?.events())
    this.#remember(events.then(() => emptied(running)).then(() => tidyUp({ room, control, calls, group })))
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

  async #spawn(launch: Launch, room: string, name: string, group: Cgroup | undefined): Promise<ChildProcess> {
    const { kind, den, uid, limits, toolchains, brokers } = this.#parts
    const doors = launch.calls.map((port) => ({ port, socket: `${INSIDE.run}/call-${port}.sock` }))
    const orders: Orders = {
      words: launch.words,
      doors: [...brokers, ...doors],
      control: `${INSIDE.run}/control.sock`,
    }
    const wanted: Mount[] = [
      ...this.#parts.mounts,
      { from: room, to: INSIDE.run },
      ...launch.reads.map((file) => ({ from: file, to: file })),
    ]
    const entry = { cgroupDoors: group?.doors ?? [], limits, stage: den.stage, ...(uid === undefined ? {} : { uid }) }
    const { mounts, binds } = kind === 'docker' ? { mounts: wanted, binds: [] } : staged(wanted, entry)
    await stagePlaces(binds)
    const plan: BoxPlan = {
      mounts,
      env: launch.env,
      toolchains,
      limits,
      ...(group === undefined ? { data: 3 * limits.memory } : {}),
      words: [INSIDE.node, ...SUPERVISOR_FLAGS, INSIDE.supervisor, JSON.stringify(orders)],
    }
    const [program = '', ...args] =
      kind === 'docker'
        ? dockerWords(plan, name, uid ?? process.getuid?.() ?? 65534)
        : entryWords(bubblewrapWords(plan), binds, entry)
    return spawn(program, args, {
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
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

/** The supervisor is small, and must not need what the program may use up. */
const SUPERVISOR_FLAGS = ['--max-old-space-size=48', '--max-semi-space-size=1', '--v8-pool-size=0']

export const mb = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`

/** All of it dies with the first process of its own namespace, and that dies with this one. */
function kill(child: ChildProcess, group: Cgroup | undefined, container: string | undefined): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nothing is left.
  }
  void group?.kill()
  // A container is not a child of the docker command that started it.
  if (container !== undefined) spawn('docker', ['kill', container], { stdio: 'ignore' }).on('error', () => {})
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

async function tidyUp(of: {
  room: string
  control: Control
  calls: readonly Door[]
  group: Cgroup | undefined
}): Promise<void> {
  of.control.close()
  for (const door of of.calls) door.close()
  await of.group?.remove()
  await rm(of.room, { recursive: true, force: true })
}
