/** The newest items, numbered from 1 in the order in which they came. What is older is forgotten, so that it never grows. */
export class Ring<T> {
  readonly #items: (T | undefined)[]
  readonly #most: number
  #last = 0

  constructor(most: number) {
    this.#most = most
    this.#items = new Array<T | undefined>(most)
  }

  /** Number of the newest; 0 before the first. */
  get last(): number {
    return this.#last
  }

  push(item: T): number {
    this.#last++
    this.#items[this.#last % this.#most] = item
    return this.#last
  }

  /** Undefined for what is forgotten or still to come. */
  at(number: number): T | undefined {
    if (number <= this.#last - this.#most || number > this.#last || number < 1) return undefined
    return this.#items[number % this.#most]
  }

  /** Those behind `number`, oldest first; fewer where some are forgotten already. */
  since(number: number): T[] {
    const items: T[] = []
    for (let n = Math.max(0, number, this.#last - this.#most) + 1; n <= this.#last; n++) items.push(this.at(n) as T)
    return items
  }

  newest(count: number): T[] {
    return this.since(this.#last - count)
  }
}
