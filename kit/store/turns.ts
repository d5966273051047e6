import { StoreFault } from './store.ts'

/** Lets one at a time through, in the order of asking. */
export class Turns {
  readonly #patienceMs: number
  readonly #waiting = new Set<() => void>()
  #taken = false

  /** After `patienceMs` of waiting, `take` rejects: whoever has the turn seems to wait for the one who waits for it. */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
  }

  /** Somebody waits for the turn. */
  get isWanted(): boolean {
    return this.#waiting.size > 0
  }

  take(): Promise<void> {
    if (this.#taken) return this.#wait()
    this.#taken = true
    return Promise.resolve()
  }

  give(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#taken = false
    else next()
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        this.#waiting.delete(go)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(go)
        reject(stuck(this.#patienceMs))
      }, this.#patienceMs)
      this.#waiting.add(go)
    })
  }
}

function stuck(patienceMs: number): StoreFault {
  return new StoreFault(
    'busy',
    `a transaction of this process has been open for ${patienceMs} ms: inside one use \`tx\`, not the store, and await nothing but SQL`,
    { retriable: true },
  )
}
