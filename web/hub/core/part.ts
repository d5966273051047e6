/** A value of which a client has to hear once whenever it changes. */
export class Part<T> {
  #value: T
  #text: string
  #version = 1

  constructor(value: T) {
    this.#value = value
    this.#text = JSON.stringify(value)
  }

  get value(): T {
    return this.#value
  }

  /** Grows with each real change. */
  get version(): number {
    return this.#version
  }

  /** An equal value changes nothing. */
  set(value: T): void {
    const text = JSON.stringify(value)
    if (text === this.#text) return
    this.#value = value
    this.#text = text
    this.#version++
  }
}
