import type { Dot, FromHub, Handling, Recording } from '../../hub/protocol.ts'
import { Tape } from './tape.ts'
import { fold, type World } from './world.ts'

export type Mode = 'live' | 'paused' | 'playing'

/** What passed between two ticks: this is what gets drawn as moving. */
export interface Passed {
  readonly dots: readonly Dot[]
  readonly handlings: readonly Handling[]
  /** Records, drawn or not. */
  readonly total: number
}

const NOTHING: Passed = { dots: [], handlings: [], total: 0 }

/** Addresses hold whole milliseconds. */
const ROUNDED_MS = 1

/**
 * The time machine. Live, it hands on what arrives. Paused, it holds a copy of the last minute and walks in that, event by event or slowly,
 * while the live tape runs on unseen. It replays what was recorded and invents nothing.
 */
export class Player {
  mode: Mode = 'live'
  /** Of real time, while playing: 0.02 … 1. */
  speed = 1
  /** The moment shown, by the hub's clock. */
  at = 0
  #live: Tape | null = null
  #held: Tape | null = null
  #fresh: { dots: Dot[]; handlings: Handling[]; total: number } = { dots: [], handlings: [], total: 0 }
  /** Events and handlings of the held tape before this moment have passed. */
  #next = { event: 0, handling: 0, frame: 0 }
  #world: World | null = null
  #recording = false

  take(message: FromHub): void {
    if (message.t === 'snapshot') {
      if (this.#live?.end.run === message.run) {
        this.#live.resync(message)
        return
      }
      this.#live = Tape.of(message)
      this.#fresh = { dots: [], handlings: [], total: 0 }
      if (this.mode !== 'live') this.live()
      return
    }
    if (!this.#live) return
    this.#live.push(message)
    this.#fresh.dots.push(...(message.dots ?? []))
    this.#fresh.handlings.push(...(message.handlings ?? []))
    this.#fresh.total += message.total
  }

  open(recording: Recording): void {
    this.#recording = true
    this.#held = Tape.ofRecording(recording)
    this.mode = 'paused'
    this.seek(this.#held.from)
  }

  /** Stands still at a moment of what the hub recorded, as long as that is within it; live is what it was. False where it is not. */
  visit(recording: Recording, at: number): boolean {
    const tape = Tape.ofRecording(recording)
    if (at < tape.from - ROUNDED_MS || at > recording.to + ROUNDED_MS) return false
    this.#held = tape
    this.mode = 'paused'
    this.seek(at)
    return true
  }

  get isRecording(): boolean {
    return this.#recording
  }

  get world(): World | null {
    return this.mode === 'live' ? (this.#live?.end ?? null) : this.#world
  }

  /** The world as it is now, whatever moment is shown. */
  get now(): World | null {
    return this.#live?.end ?? this.#held?.end ?? null
  }

  get tape(): Tape | null {
    return this.mode === 'live' ? this.#live : this.#held
  }

  /** The newest `count` events up to the moment shown, newest first. */
  recent(count: number): Dot[] {
    const tape = this.tape
    if (!tape) return []
    const end = this.mode === 'live' ? tape.events.length : this.#next.event
    return tape.events.slice(Math.max(0, end - count), end).reverse()
  }

  pause(): void {
    if (this.mode === 'live') {
      if (!this.#live) return
      this.#held = this.#live.copy()
      this.mode = 'paused'
      this.seek(this.#held.to)
    }
    this.mode = 'paused'
  }

  play(speed = this.speed): void {
    this.pause()
    if (!this.#held) return
    this.speed = speed
    if (this.at >= this.#held.to) this.seek(this.#held.from)
    this.mode = 'playing'
  }

  /** Back to what happens now; a recording has no now and stays. */
  live(): void {
    if (this.#recording) return
    this.mode = 'live'
    this.#held = null
    this.#world = null
    this.#fresh = { dots: [], handlings: [], total: 0 }
  }

  seek(at: number): void {
    const tape = this.#held
    if (!tape) return
    this.at = Math.min(Math.max(at, tape.from), tape.to)
    this.#world = tape.base
    this.#next = {
      event: countUntil(tape.events, this.at, ({ seen }) => seen),
      handling: countUntil(tape.handlings, this.at, ({ at }) => at),
      frame: 0,
    }
    this.#foldUntil(tape)
  }

  /** To the next (1) or the one before (-1) of the recorded events; returns it. */
  step(by: 1 | -1): Dot | null {
    this.pause()
    const tape = this.#held
    if (!tape) return null
    if (by < 0) {
      const before = tape.events[this.#next.event - 2]
      this.seek(before?.seen ?? tape.from)
      if (before) this.#next.event = tape.events.indexOf(before) + 1
      return before ?? null
    }
    const next = tape.events[this.#next.event]
    if (!next) return null
    this.at = Math.max(this.at, next.seen)
    this.#next.event++
    this.#foldUntil(tape)
    return next
  }

  /** Moves on by `dtMs` of real time and tells what passed. */
  tick(dtMs: number): Passed {
    if (this.mode === 'paused') return NOTHING
    if (this.mode === 'live') {
      this.at = this.#live?.to ?? 0
      const passed = this.#fresh
      if (passed.dots.length + passed.handlings.length + passed.total === 0) return NOTHING
      this.#fresh = { dots: [], handlings: [], total: 0 }
      return passed
    }
    return this.#advance(this.#held!, dtMs * this.speed)
  }

  #advance(tape: Tape, ms: number): Passed {
    this.at = Math.min(this.at + ms, tape.to)
    const { event, handling } = this.#next
    while ((tape.events[this.#next.event]?.seen ?? Infinity) <= this.at) this.#next.event++
    while ((tape.handlings[this.#next.handling]?.at ?? Infinity) <= this.at) this.#next.handling++
    const total = this.#foldUntil(tape)
    if (this.at >= tape.to) this.mode = 'paused'
    return {
      dots: tape.events.slice(event, this.#next.event),
      handlings: tape.handlings.slice(handling, this.#next.handling),
      total,
    }
  }

  #foldUntil(tape: Tape): number {
    let total = 0
    let world = this.#world ?? tape.base
    for (
      let frame = tape.frames[this.#next.frame];
      frame && frame.at <= this.at;
      frame = tape.frames[this.#next.frame]
    ) {
      world = fold(world, frame)
      total += frame.total
      this.#next.frame++
    }
    this.#world = world
    return total
  }
}

function countUntil<T>(list: readonly T[], at: number, time: (item: T) => number): number {
  const after = list.findIndex((item) => time(item) > at)
  return after < 0 ? list.length : after
}
