/** Shares of real time at which what was recorded can be played. */
export const SPEEDS: readonly number[] = [0.02, 0.1, 0.25, 0.5, 1]
