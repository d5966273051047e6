import type { Time } from '../protocol.ts'

const WINDOW_S = 10

/** How many a second, over the last ten whole seconds. */
export class Rate {
  readonly #counts = new Array<number>(WINDOW_S + 1).fill(0)
  readonly #seconds = new Array<number>(WINDOW_S + 1).fill(0)

  add(now: Time): void {
    const second = Math.floor(now / 1_000)
    const slot = second % this.#counts.length
    if (this.#seconds[slot] !== second) {
      this.#seconds[slot] = second
      this.#counts[slot] = 0
    }
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1
  }

  perSecond(now: Time): number {
    const second = Math.floor(now / 1_000)
    const sum = this.#counts.reduce((total, count, slot) => {
      const age = second - (this.#seconds[slot] ?? 0)
      return age >= 1 && age <= WINDOW_S ? total + count : total
    }, 0)
    return sum / WINDOW_S
  }
}

const SAMPLES = 5_000

/** The middle and the slowest hundredth of the durations of the last ten seconds. */
export class Durations {
  #samples: { readonly at: Time; readonly ms: number }[] = []

  add(ms: number, at: Time): void {
    this.#samples.push({ at, ms })
    if (this.#samples.length > SAMPLES) this.#samples = this.#samples.slice(-SAMPLES / 2)
  }

  percentiles(now: Time): { readonly p50: number | null; readonly p99: number | null } {
    this.#samples = this.#samples.filter(({ at }) => now - at <= WINDOW_S * 1_000)
    const sorted = this.#samples.map(({ ms }) => ms).sort((a, b) => a - b)
    const rank = (share: number): number | null => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
    return { p50: rank(0.5), p99: rank(0.99) }
  }
}
