import type { Stage } from '../map/stage.ts'
import type { Honesty } from './page-state.ts'
import type { Passed } from './player.ts'

const WINDOW_MS = 2_000

/** Counts what passed against what was sent for drawing, over the last two seconds. */
export class HonestyMeter {
  /** When the hub was last heard, ms of the page's clock. */
  heardAt = 0
  #window: { at: number; total: number; dots: number }[] = []

  count({ total, dots }: Passed, at: number): void {
    if (total || dots.length) this.#window.push({ at, total, dots: dots.length })
    while (this.#window[0] && this.#window[0].at < at - WINDOW_MS) this.#window.shift()
  }

  get perDot(): number {
    const total = this.#window.reduce((sum, one) => sum + one.total, 0)
    const dots = this.#window.reduce((sum, one) => sum + one.dots, 0)
    return dots === 0 ? 1 : Math.max(1, Math.round(total / dots))
  }
}

export function honestyOf(meter: HonestyMeter, stage: Stage, at: number): Honesty {
  return {
    perDot: meter.perDot,
    dropped: stage.flights.dropped,
    behindMs: Math.round(stage.behindMs / 100) * 100,
    silentMs: meter.heardAt ? Math.round((at - meter.heardAt) / 100) * 100 : 0,
  }
}
