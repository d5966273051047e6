/** A figure that was promised, and whether it was kept. */
export interface Target {
  readonly name: string
  readonly value: number
  readonly target: string
  readonly met: boolean
}

export const atLeast = (name: string, value: number, bound: number): Target => ({
  name,
  value,
  target: `>= ${bound}`,
  met: value >= bound,
})
export const atMost = (name: string, value: number, bound: number): Target => ({
  name,
  value,
  target: `<= ${bound}`,
  met: value <= bound,
})
