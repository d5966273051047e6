import type { EdgeCount, Kind } from '../protocol.ts'

/** Exact totals by edge of the map, and when each of them changed last. */
export class Counts {
  readonly #edges = new Map<string, { readonly count: Partial<Record<Kind, number>>; version: number }>()
  #version = 0

  /** Grows with each change. */
  get version(): number {
    return this.#version
  }

  add(edge: string, kind: Kind, by = 1): void {
    if (by <= 0) return
    const entry = this.#edges.get(edge) ?? { count: {}, version: 0 }
    entry.count[kind] = (entry.count[kind] ?? 0) + by
    entry.version = ++this.#version
    this.#edges.set(edge, entry)
  }

  /** The totals of the edges that changed behind `version`; of all for 0. */
  since(version: number): Record<string, EdgeCount> {
    const changed = [...this.#edges].filter(([, entry]) => entry.version > version)
    return Object.fromEntries(changed.map(([edge, { count }]) => [edge, { ...count }]))
  }
}

/** How far a group was at one partition when it was looked at last. */
export class Committed {
  readonly #at = new Map<string, bigint>()

  /** How many records it has taken since the last look; 0 at the first. A group that was set back is counted anew from there. */
  advance(group: string, topic: string, partition: number, committed: bigint | null): number {
    const place = `${group}/${topic}/${partition}`
    const before = this.#at.get(place)
    this.#at.set(place, committed ?? 0n)
    const from = before ?? committed ?? 0n
    return committed === null || committed <= from ? 0 : Number(committed - from)
  }

  /** Null where the group was not seen there. */
  of(group: string, topic: string, partition: number): bigint | null {
    return this.#at.get(`${group}/${topic}/${partition}`) ?? null
  }
}
