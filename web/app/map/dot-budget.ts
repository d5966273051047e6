/** Milliseconds a frame; beyond the first a motion is seen to jerk. */
const SLOW_MS = 24
const FAST_MS = 18
const LOOK_MS = 1_000
const MOST = 300
/** Enough to see where something moves; the counters say how much. */
const FEWEST = 60

/** How many dots are drawn at once: fewer on a machine whose frames take long, and more again once they do not. */
export class DotBudget {
  #most = MOST
  #ms = 0
  #frames = 0

  get most(): number {
    return this.#most
  }

  /** To be told of each frame in which something moves, with the time since the one before. True after a second of frames that took long. */
  frame(dtMs: number): boolean {
    this.#ms += dtMs
    this.#frames++
    if (this.#ms < LOOK_MS) return false
    const mean = this.#ms / this.#frames
    this.#ms = 0
    this.#frames = 0
    if (mean > SLOW_MS) this.#most = Math.max(FEWEST, Math.round(this.#most / 2))
    else if (mean < FAST_MS) this.#most = Math.min(MOST, Math.round(this.#most * 1.25))
    return mean > SLOW_MS
  }
}
