/** A map that forgets its oldest entry when it is full, so that what runs for days does not grow. */
export class Recent<V> {
  readonly #entries = new Map<string, V>()
  readonly #most: number
  /** Held on to: a new iterator begins at what was deleted last time, and has to step over all of it. */
  #oldest: IterableIterator<string> | undefined

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#entries.size
  }

  /** Oldest first. */
  values(): IterableIterator<V> {
    return this.#entries.values()
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)
  }

  /** Returns the key that was forgotten for it, if any. */
  set(key: string, value: V): string | undefined {
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#most) return undefined
    this.#oldest ??= this.#entries.keys()
    const { value: oldest } = this.#oldest.next()
    this.#entries.delete(oldest)
    return oldest
  }

  take(key: string): V | undefined {
    const value = this.#entries.get(key)
    this.#entries.delete(key)
    return value
  }
}
