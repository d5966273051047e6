import type { Dot } from '../../hub/protocol.ts'
import { along, type PathTable, type Point } from './path.ts'

export interface Flight {
  readonly dot: Dot
  readonly edge: string
  /** When it sets off, ms of the map's clock. */
  readonly start: number
  /** When its message set off, on the edge before or on this one. */
  readonly first: number
  /** How long it stays at the end of its way: what failed is not gone in a blink. */
  readonly stays: number
}

/** Of one edge; within the 600–1,200 ms in which an eye can follow. */
export const FLIGHT_MS = 900
const STAYS_MS = 5_000
/** An order's next message waits for the one before it to arrive; beyond this, it sets off anyway. */
const PATIENCE_MS = 6_000
const CHAIN_BELOW = 40
const WAITING = 40
const RELEASE_EVERY_MS = 90

export interface FlightsOptions {
  /** Most that are drawn at once; what never may be missed (anything but `ok`) may go half beyond. */
  readonly cap: number
}

/**
 * The dots under way. Each is a real message: from its producer to its topic, then to each service that reads it. A service that is not up
 * gets nothing: its messages wait, and set off when it is back.
 */
export class Flights {
  cap: number
  /** Messages that were not drawn, since there were too many. */
  dropped = 0
  drawn = 0
  #flights: Flight[] = []
  #paths: ReadonlyMap<string, PathTable> = new Map()
  #busyUntil = new Map<string, number>()
  #waiting = new Map<string, Dot[]>()
  #blocked: ReadonlySet<string> = new Set()
  #nextRelease = 0

  constructor({ cap }: FlightsOptions) {
    this.cap = cap
  }

  get live(): number {
    return this.#flights.length
  }

  setPaths(paths: ReadonlyMap<string, PathTable>): void {
    this.#paths = paths
  }

  /** Services that take nothing now. */
  block(services: ReadonlySet<string>): void {
    this.#blocked = services
  }

  add(dot: Dot, now: number): void {
    const room = dot.kind === 'ok' && !dot.duplicate ? this.cap : this.cap * 1.5
    if (this.#flights.length + dot.to.length >= room) {
      this.dropped++
      return
    }
    this.drawn++
    const start = this.#startOf(dot, now)
    const produce = dot.from ? `${dot.from}>${dot.topic}` : ''
    const stays = dot.kind === 'failed' || dot.duplicate ? STAYS_MS : 0
    const arrived = this.#fly(dot, produce, start, start, stays) ? start + FLIGHT_MS : start
    for (const service of dot.to) {
      const edge = `${dot.topic}>${service}`
      if (this.#blocked.has(service)) this.#wait(edge, dot)
      else this.#fly(dot, edge, arrived, start, 0)
    }
    if (dot.orderId) this.#busyUntil.set(dot.orderId, arrived + (dot.to.length ? FLIGHT_MS : 0))
  }

  /** Takes off what has arrived, and lets go what waited for a service that is back. */
  step(now: number): void {
    if (this.#flights.length)
      this.#flights = this.#flights.filter(({ start, stays }) => now < start + FLIGHT_MS + stays)
    if (this.#busyUntil.size > 500) this.#busyUntil.clear()
    if (now < this.#nextRelease) return
    this.#nextRelease = now + RELEASE_EVERY_MS
    for (const [edge, dots] of this.#waiting) {
      if (this.#blocked.has(edge.slice(edge.indexOf('>') + 1))) continue
      const next = dots.shift()
      if (next) this.#fly(next, edge, now, now, 0)
      else this.#waiting.delete(edge)
    }
  }

  /** How far the drawing is behind what happens, ms: messages of one order are drawn one after the other. */
  behind(now: number): number {
    return this.#flights.reduce((most, { first }) => Math.max(most, first - now), 0)
  }

  clear(): void {
    this.#flights = []
    this.#busyUntil.clear()
    this.#waiting.clear()
  }

  each(now: number, draw: (flight: Flight, at: Point, share: number) => void): void {
    for (const flight of this.#flights) {
      const path = this.#paths.get(flight.edge)
      if (!path || now < flight.start) continue
      const share = (now - flight.start) / FLIGHT_MS
      draw(flight, along(path, share), share)
    }
  }

  /** The message drawn nearest to a place, within `reach` px. */
  hit(place: Point, now: number, reach: number): Dot | null {
    let best: Dot | null = null
    let nearest = reach
    this.each(now, ({ dot }, at) => {
      const away = Math.hypot(at.x - place.x, at.y - place.y)
      if (away > nearest) return
      nearest = away
      best = dot
    })
    return best
  }

  #startOf({ orderId }: Dot, now: number): number {
    const busy = orderId ? (this.#busyUntil.get(orderId) ?? 0) : 0
    return busy - now < PATIENCE_MS && this.#flights.length < CHAIN_BELOW ? Math.max(now, busy) : now
  }

  #fly(dot: Dot, edge: string, start: number, first: number, stays: number): boolean {
    if (!this.#paths.has(edge)) return false
    this.#flights.push({ dot, edge, start, first, stays })
    return true
  }

  #wait(edge: string, dot: Dot): void {
    const waiting = this.#waiting.get(edge) ?? []
    waiting.push(dot)
    if (waiting.length > WAITING) waiting.shift()
    this.#waiting.set(edge, waiting)
  }
}
