export interface Point {
  readonly x: number
  readonly y: number
}
/** Start, two control points, end: a cubic Bézier, as SVG's `C` draws it. */
export type Curve = readonly [Point, Point, Point, Point]

export const svgPath = ([a, b, c, d]: Curve): string =>
  `M${r(a.x)} ${r(a.y)}C${r(b.x)} ${r(b.y)} ${r(c.x)} ${r(c.y)} ${r(d.x)} ${r(d.y)}`
const r = (value: number): number => Math.round(value * 10) / 10

const STEPS = 64

/** x, y at equal distances along the curve, start to end; looked up per frame instead of computed. */
export type PathTable = Float32Array

export function pathTable(curve: Curve): PathTable {
  const fine = Array.from({ length: STEPS * 4 + 1 }, (_, index) => bezier(curve, index / (STEPS * 4)))
  const lengths = [0]
  for (let index = 1; index < fine.length; index++)
    lengths.push(
      lengths[index - 1]! + Math.hypot(fine[index]!.x - fine[index - 1]!.x, fine[index]!.y - fine[index - 1]!.y),
    )
  const table = new Float32Array((STEPS + 1) * 2)
  let at = 0
  for (let step = 0; step <= STEPS; step++) {
    const want = (lengths.at(-1)! * step) / STEPS
    while (at < fine.length - 1 && lengths[at]! < want) at++
    table[step * 2] = fine[at]!.x
    table[step * 2 + 1] = fine[at]!.y
  }
  return table
}

/** The place after the share `t`, 0 … 1, of the way. */
export function along(table: PathTable, t: number): Point {
  const place = Math.min(Math.max(t, 0), 1) * STEPS
  const before = Math.min(Math.floor(place), STEPS - 1)
  const rest = place - before
  const at = before * 2
  return {
    x: table[at]! + (table[at + 2]! - table[at]!) * rest,
    y: table[at + 1]! + (table[at + 3]! - table[at + 1]!) * rest,
  }
}

function bezier([a, b, c, d]: Curve, t: number): Point {
  const u = 1 - t
  const mix = (p: number, q: number, s: number, v: number) =>
    u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * s + t * t * t * v
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) }
}
