import type { Child } from './child.ts'
import { memoryOfGroups } from './tree.ts'

/** Of a process with all its children. */
export const MEMORY_LIMIT = 1_000_000_000
const EVERY = 500

/** Ends a process tree that eats the machine's memory. */
export class Watchdog {
  readonly #children = new Map<number, Child>()
  #timer: NodeJS.Timeout | undefined

  watch(child: Child): void {
    this.#children.set(child.pid, child)
    this.#timer ??= setInterval(() => this.#look(), EVERY).unref()
  }

  forget(child: Child): void {
    this.#children.delete(child.pid)
    if (this.#children.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    for (const [pid, bytes] of memoryOfGroups(new Set(this.#children.keys()))) {
      if (bytes > MEMORY_LIMIT) this.#children.get(pid)?.kill('its memory went beyond 1 GB', 'memory')
    }
  }
}
