import { murmur2 } from '../../kit/kafka/partitioner.ts'
import { PARTITIONS } from './contract.ts'

/** Repeatable chance: the same seed gives the same ids and amounts, another seed others, so that no output can be prepared. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 ≤ x < 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  /** In the shape of a UUID, version 4. */
  id(): string {
    const hex = Array.from({ length: 32 }, () => this.whole(0, 15).toString(16))
    hex[12] = '4'
    hex[16] = this.whole(8, 11).toString(16)
    const text = hex.join('')
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
  }

  /** An id whose records go to this partition when the kit publishes them. */
  idIn(partition: number): string {
    for (;;) {
      const id = this.id()
      if (partitionOf(id) === partition) return id
    }
  }

  /** The items in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items]
    return items.map(() => left.splice(this.whole(0, left.length - 1), 1)[0] as T)
  }
}

/** Where the kit's producer puts a record with this key. */
export function partitionOf(key: string): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % PARTITIONS
}
