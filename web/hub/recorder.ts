import { type Cursor, cursorOf, frameOf, isEmpty, snapshotOf, type Want } from './core/frame.ts'
import { passportOf } from './core/passport.ts'
import type { HubState } from './core/state.ts'
import { storyOf } from './core/story.ts'
import { type Frame, PROTOCOL_VERSION, type Recording, type Snapshot, type Time } from './protocol.ts'

const KEPT_MS = 60_000
const SEGMENT_MS = 10_000
const PASSPORTS = 1_000
const STORIES = 300

interface Segment {
  readonly snapshot: Snapshot
  readonly frames: Frame[]
}

/** A page that never looks away: keeps the frames of the last minute, with a snapshot every ten seconds to begin from. */
export class Recorder {
  readonly #state: HubState
  readonly #run: string
  #segments: Segment[] = []
  #cursor: Cursor
  #n = 0

  constructor(state: HubState, run: string) {
    this.#state = state
    this.#run = run
    this.#cursor = cursorOf(state)
  }

  /** To be called every 50 ms. */
  tick(now: Time): void {
    this.#n++
    const newest = this.#segments.at(-1)
    if (newest === undefined || now - newest.snapshot.at >= SEGMENT_MS) this.#begin(now)
    else this.#record(newest, now)
  }

  recording(now: Time): Recording {
    const first = this.#segments[0]?.snapshot ?? snapshotOf(this.#state, { n: 0, now, run: this.#run })
    const frames = this.#segments.flatMap((segment) => segment.frames)
    const drawn = new Set(frames.flatMap(({ dots }) => dots ?? []).map(({ seq }) => seq))
    const records = this.#state.records.newest(Number.MAX_SAFE_INTEGER).filter(({ dot }) => drawn.has(dot.seq))
    const orders = new Set(records.flatMap(({ dot }) => dot.orderId ?? []).reverse())
    return {
      format: 'saga-lab-recording',
      version: PROTOCOL_VERSION,
      from: first.at,
      to: now,
      snapshot: first,
      frames,
      passports: records.slice(-PASSPORTS).map((seen) => passportOf(this.#state, seen)),
      stories: [...orders].slice(0, STORIES).flatMap((orderId) => storyOf(this.#state, orderId) ?? []),
    }
  }

  #begin(now: Time): void {
    const last = this.#segments.at(-1)
    if (last !== undefined) this.#record(last, now)
    this.#segments.push({ snapshot: snapshotOf(this.#state, { n: this.#n, now, run: this.#run }), frames: [] })
    // The oldest goes only when the next one alone reaches back far enough.
    while (this.#segments[1] !== undefined && now - this.#segments[1].snapshot.at >= KEPT_MS) this.#segments.shift()
    this.#cursor = cursorOf(this.#state)
  }

  #record(segment: Segment, now: Time): void {
    const want: Want = { samples: true, follow: null }
    const { frame, cursor } = frameOf(this.#state, this.#cursor, want, {
      n: this.#n,
      now,
      withSagas: this.#n % 4 === 0,
    })
    this.#cursor = cursor
    if (!isEmpty(frame)) segment.frames.push(frame)
  }
}
