import type { Dot, Frame, Handling, Recording, Snapshot } from '../../hub/protocol.ts'
import { fold, frameOf, type World, worldOf } from './world.ts'

const EVENTS = 5_000
const SPAN_MS = 60_000

/** The last minute as it came in: the world before it, the frames since, and their events. Everything shown is read off a tape. */
export class Tape {
  base: World
  /** The world at the tape's end. */
  end: World
  frames: Frame[] = []
  events: Dot[] = []
  handlings: Handling[] = []
  readonly #limits: { events: number; spanMs: number }

  constructor(base: World, limits = { events: EVENTS, spanMs: SPAN_MS }) {
    this.base = base
    this.end = base
    this.#limits = limits
  }

  static of(snapshot: Snapshot): Tape {
    const tape = new Tape(worldOf(snapshot))
    tape.events = [...snapshot.recent].sort((a, b) => a.seq - b.seq).slice(-EVENTS)
    return tape
  }

  /** A recording is held whole, whatever its length. */
  static ofRecording({ snapshot, frames }: Recording): Tape {
    const tape = new Tape(worldOf(snapshot), { events: Infinity, spanMs: Infinity })
    for (const frame of frames) tape.push(frame)
    return tape
  }

  get from(): number {
    return Math.min(this.frames[0]?.at ?? this.end.at, this.events[0]?.seen ?? Infinity)
  }

  get to(): number {
    return Math.max(this.end.at, this.events.at(-1)?.seen ?? 0)
  }

  push(frame: Frame): void {
    this.frames.push(frame)
    this.events.push(...(frame.dots ?? []))
    this.handlings.push(...(frame.handlings ?? []))
    this.end = fold(this.end, frame)
    this.#trim()
  }

  /** A snapshot in the middle of the same run: what was missed is added, what is known stays. */
  resync(snapshot: Snapshot): void {
    this.push(frameOf(snapshot, this.events.at(-1)?.seq ?? -1))
  }

  /** Stands still while the original runs on. */
  copy(): Tape {
    const copy = new Tape(this.base, { events: Infinity, spanMs: Infinity })
    copy.end = this.end
    copy.frames = [...this.frames]
    copy.events = [...this.events]
    copy.handlings = [...this.handlings]
    return copy
  }

  #trim(): void {
    const oldest = this.end.at - this.#limits.spanMs
    let gone = 0
    while (gone < this.frames.length - 1 && this.frames[gone]!.at < oldest)
      this.base = fold(this.base, this.frames[gone++]!)
    if (gone) this.frames.splice(0, gone)
    trimTo(this.events, this.#limits.events, ({ seen }) => seen < oldest)
    trimTo(this.handlings, this.#limits.events, ({ at }) => at < oldest)
  }
}

function trimTo<T>(list: T[], most: number, old: (item: T) => boolean): void {
  let gone = Math.max(0, list.length - most)
  while (gone < list.length && old(list[gone]!)) gone++
  if (gone) list.splice(0, gone)
}
