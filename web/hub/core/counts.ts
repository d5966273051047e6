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

/** How far groups are, and how many records each has taken since the hub began. */
export class Committed {
  readonly #at = new Map<string, bigint>()
  /** Where the hub itself began to listen to a partition. */
  readonly #begun = new Map<string, bigint>()

  /** Told at the first record of a partition, or when listening to it has begun; only the first time counts. */
  begin(topic: string, partition: number, offset: bigint): void {
    const place = `${topic}/${partition}`
    if (!this.#begun.has(place)) this.#begun.set(place, offset)
  }

  /** How many records it has taken since the last look, or since the hub began. A group that was set back is counted anew from there. */
  advance(group: string, topic: string, partition: number, committed: bigint | null): number {
    const begun = this.#begun.get(`${topic}/${partition}`)
    if (committed === null || begun === undefined) return 0
    const place = `${group}/${topic}/${partition}`
    const from = this.#at.get(place) ?? begun
    this.#at.set(place, committed)
    return committed > from ? Number(committed - from) : 0
  }

  /** Null where the group was not seen there. */
  of(group: string, topic: string, partition: number): bigint | null {
    return this.#at.get(`${group}/${topic}/${partition}`) ?? null
  }
}
