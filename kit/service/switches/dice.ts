/** Numbers from 0 up to 1 that look random; the same ones for the same seed. */
export type Dice = () => number

/** Mulberry32: 32 bits of state, good enough to choose whom a fault hits. */
export const dice = (seed: number): Dice => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
