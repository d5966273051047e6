import type { z } from 'zod'
import { invalid, Problem } from '../http/problem.ts'

/** A failure toggle inside a service. Whoever does the work looks at `on` and at nothing else: off costs one comparison. */
export interface Switch<S> {
  readonly id: string
  /** Its settings while it is on. */
  on: S | null
  /** How often it has struck since it was switched on; counted where it strikes. */
  injected: number
}

/** A switch as it is told to the outside. Times in ms since 1970. */
export interface SwitchState {
  readonly id: string
  readonly on: boolean
  readonly settings: unknown
  readonly injected: number
  readonly since: number | null
  /** When it goes off by itself; null: when it is told to. */
  readonly mendsAt: number | null
}

export interface Switchboard {
  /** `onChange` is told the settings when it goes on or changes, null when it goes off. */
  add<S>(id: string, settings: z.ZodType<S>, onChange?: (on: S | null) => void): Switch<S>
  states(): SwitchState[]
  /** Switches on, or changes what is on. Throws Problem 404 for an unknown id, 400 with the fields for bad settings. */
  set(id: string, settings: unknown, forMs?: number): SwitchState
  /** Switches off; one that is off stays so. Throws Problem 404. */
  mend(id: string): SwitchState
}

interface Place {
  readonly lever: Switch<unknown>
  readonly schema: z.ZodType
  readonly onChange: (on: unknown) => void
  since: number | null
  mendsAt: number | null
  timer: NodeJS.Timeout | undefined
}

const stateOf = ({ lever, since, mendsAt }: Place): SwitchState => ({
  id: lever.id,
  on: lever.on !== null,
  settings: lever.on,
  injected: lever.injected,
  since,
  mendsAt,
})

/** All switches of one service. They live in its memory: a process that starts anew starts whole. */
export const createSwitchboard = (now: () => number): Switchboard => {
  const places = new Map<string, Place>()
  const placeOf = (id: string): Place => {
    const place = places.get(id)
    if (place !== undefined) return place
    throw new Problem(404, `There is no failure toggle ${id} here; there are ${[...places.keys()].join(', ')}.`)
  }
  const turn = (place: Place, on: unknown): SwitchState => {
    clearTimeout(place.timer)
    place.lever.on = on
    place.onChange(on)
    return stateOf(place)
  }
  const mend = (id: string): SwitchState => {
    const place = placeOf(id)
    place.mendsAt = null
    return turn(place, null)
  }
  return {
    add: (id, schema, onChange) => {
      const lever: Switch<unknown> = { id, on: null, injected: 0 }
      places.set(id, {
        lever,
        schema,
        onChange: (onChange as ((on: unknown) => void) | undefined) ?? (() => {}),
        since: null,
        mendsAt: null,
        timer: undefined,
      })
      return lever as Switch<never>
    },
    states: () => [...places.values()].map(stateOf),
    set: (id, settings, forMs) => {
      const place = placeOf(id)
      const read = place.schema.safeParse(settings)
      if (!read.success) throw invalid(read.error, 'settings')
      if (place.lever.on === null) {
        place.lever.injected = 0
        place.since = now()
      }
      place.mendsAt = forMs === undefined ? null : now() + forMs
      const state = turn(place, read.data)
      if (forMs !== undefined) place.timer = setTimeout(mend, forMs, id).unref()
      return state
    },
    mend,
  }
}
