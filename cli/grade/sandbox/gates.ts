import type { Server } from 'node:net'
import { passage } from './door.ts'
import { type Gate, openGate } from './gate.ts'

export interface GatesParts {
  /** Ports of this machine that every program reaches under the same number. */
  readonly brokers: readonly number[]
  /** See `PassageOptions.onSent`. */
  readonly onSent: (bytes: number) => boolean
}

/**
 * The networks of one submission: each program has one to itself for as long as it runs, and the next program gets it after that. So a network, which takes a Node of its own,
 * is made some four times for a submission and not some seventy times, and mostly before it is asked for.
 */
export class Gates {
  readonly #parts: GatesParts
  readonly #free: Promise<Gate>[] = []
  readonly #all = new Set<Gate>()
  #isClosed = false

  constructor(parts: GatesParts) {
    this.#parts = parts
  }

  /** Makes so many in advance. What fails is told to whoever takes one. */
  warm(count: number): void {
    for (let i = 0; i < count; i++) {
      const gate = this.#make()
      gate.catch(() => {})
      this.#free.push(gate)
    }
  }

  /** Rejects with a `KitFault` where none can be made. */
  async take(): Promise<Gate> {
    for (let next = this.#free.shift(); next !== undefined; next = this.#free.shift()) {
      const gate = await next
      if (gate.isOpen) return gate
    }
    return await this.#make()
  }

  /** Nothing of the program that had it is left. */
  giveBack(gate: Gate): void {
    if (gate.isOpen && !this.#isClosed) this.#free.push(Promise.resolve(gate))
    else this.discard(gate)
  }

  discard(gate: Gate): void {
    this.#all.delete(gate)
    gate.close()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled(this.#free.splice(0))
    for (const gate of this.#all) this.discard(gate)
  }

  async #make(): Promise<Gate> {
    const gate = await openGate()
    this.#all.add(gate)
    try {
      await Promise.all(this.#parts.brokers.map((port) => lead(gate, port, this.#parts.onSent)))
    } catch (error) {
      this.discard(gate)
      throw error
    }
    return gate
  }
}

/** Lets whoever is behind the gate through to a port of this machine. */
export async function lead(gate: Gate, port: number, onSent?: GatesParts['onSent']): Promise<{ close(): void }> {
  const server: Server = await gate.listen(port)
  const { accept, close } = passage({ port, ...(onSent === undefined ? {} : { onSent }) })
  server.on('connection', accept).on('error', () => {})
  server.unref()
  return {
    close: () => {
      server.close()
      close()
    },
  }
}
