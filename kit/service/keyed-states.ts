import type { States } from './plan.ts'

/** The working set of a batch where each event concerns one record: a map, and a note of what changed. */
export interface KeyedStates<E, S> extends States<E, S | undefined> {
  /** The states that were set, each once, as they are at the end. */
  changed(): S[]
}

export const keyedStates = <E, S>(
  keyOf: (event: E) => string,
  loaded: Iterable<readonly [string, S]>,
): KeyedStates<E, S> => {
  const states = new Map<string, S>(loaded)
  const dirty = new Set<string>()
  return {
    get: (event) => states.get(keyOf(event)),
    set: (event, state) => {
      const key = keyOf(event)
      if (state === undefined || states.get(key) === state) return
      states.set(key, state)
      dirty.add(key)
    },
    changed: () => [...dirty].map((key) => states.get(key)!),
  }
}
