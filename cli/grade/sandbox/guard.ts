import { processes } from '../../check/tree.ts'
import { type Box, type Inmate, mb } from './box.ts'
import { isFull, isOver } from './disk.ts'
import type { Incidents } from './incidents.ts'
import { below } from './inmates.ts'
import type { Limits } from './limits.ts'

export interface GuardParts {
  readonly box: Box
  readonly limits: Limits
  readonly incidents: Incidents
  /** The folder in which the programs write, and whether it is a disk of its own size. */
  readonly shop: string
  readonly ownDisk: boolean
  /** Does a cgroup count memory and processes? */
  readonly counted: boolean
}

const EVERY_MS = 150
/** Folders and cgroups are read less often than memory without one. */
const ROUNDS_PER_READ = 4

/** Looks after what the kernel does not limit by itself: time, and without a cgroup memory and processes, without a disk of its own the folder. */
export class Guard {
  readonly #parts: GuardParts
  readonly #timer: NodeJS.Timeout
  #round = 0
  #looking: Promise<void> | undefined

  constructor(parts: GuardParts) {
    this.#parts = parts
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined
      })
    }, EVERY_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  async #look(): Promise<void> {
    const { box, limits, counted } = this.#parts
    for (const inmate of box.inmates) {
      if (performance.now() - inmate.began < limits.wallMs) continue
      this.#end(inmate, 'wall', `ran longer than ${Math.round(limits.wallMs / 1_000)} s`)
    }
    if (!counted) this.#lookAtUse()
    if (box.inmates.size === 0 || this.#round++ % ROUNDS_PER_READ !== 0) return
    await this.#lookAtDisk()
    await Promise.all([...box.inmates].map((inmate) => inmate.look()))
  }

  #lookAtUse(): void {
    const { box, limits, incidents } = this.#parts
    const all = processes()
    for (const inmate of box.inmates) {
      const own = below(inmate.launched.pid, all)
      const memory = own.reduce((sum, one) => sum + one.memory, 0)
      const threads = own.reduce((sum, one) => sum + one.threads, 0)
      if (memory > limits.memory) this.#end(inmate, 'memory', `took more than ${mb(limits.memory)} of memory`)
      if (threads <= limits.pids) continue
      const { name } = inmate
      incidents.add('pids', name, `${name} wanted more than ${limits.pids} processes and threads and was ended`)
      inmate.launched.kill()
    }
  }

  async #lookAtDisk(): Promise<void> {
    const { shop, ownDisk, limits, incidents, box } = this.#parts
    const trouble = ownDisk ? await isFull(shop) : await isOver(shop, limits)
    if (trouble === undefined) return
    const most = trouble === 'disk' ? mb(limits.work) : `${limits.files} files and folders`
    if (ownDisk) incidents.add(trouble, '', `its folder is full: no more than ${most} are allowed`)
    else {
      incidents.add(trouble, '', `it wrote more than ${most} and was ended`)
      for (const { launched } of box.inmates) launched.kill()
    }
  }

  #end({ name, launched }: Inmate, kind: 'wall' | 'memory', what: string): void {
    this.#parts.incidents.add(kind, name, `${name} ${what} and was ended`)
    launched.kill(kind === 'memory' ? 'memory' : 'deadline')
  }
}
