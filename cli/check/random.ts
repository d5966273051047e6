import { randomUUID } from 'node:crypto'
import { murmur2 } from '../../kit/kafka/partitioner.ts'
import { PARTITIONS } from './contract.ts'

/**
 * Repeatable chance: the same seed gives the same amounts, products and moments, another seed others, so that no output can be prepared.
 * Ids are new every time, whatever the seed: a shop that remembers its orders would rightly take an id that it knows for a repetition.
 */
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

  /** A UUID that has never been before, in this run or another. */
  id(): string {
    return randomUUID()
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
