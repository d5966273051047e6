/** Spaced repetition in five boxes, after Leitner: what is known comes back later and later, what is missed comes back at once. */

export interface CardState {
  /** 1 to 5. */
  readonly box: number
  /** When it is asked again: ISO 8601, UTC. */
  readonly due: string
  /** How often it was answered. */
  readonly seen: number
}

export type CardStates = Readonly<Record<string, CardState>>

/** Days until a card of each box is asked again. */
export const DAYS = [0, 1, 3, 7, 16] as const
const DAY_MS = 24 * 60 * 60_000

/** A right answer moves a card up one box, a wrong one puts it into the first. */
export function answeredCard(before: CardState | undefined, right: boolean, now: number): CardState {
  const box = right ? Math.min((before?.box ?? 1) + 1, DAYS.length) : 1
  const days = DAYS[box - 1] ?? 0
  return { box, due: new Date(now + days * DAY_MS).toISOString(), seen: (before?.seen ?? 0) + 1 }
}

export interface Picked<C> {
  readonly due: readonly C[]
  readonly fresh: readonly C[]
}

/** What to ask now: cards that are due, those of low boxes first and of them the ones that wait longest; then new ones as they come. */
export function pickCards<C extends { readonly id: string }>(
  cards: readonly C[],
  states: CardStates,
  { now, count }: { now: number; count: number },
): Picked<C> {
  const due = cards
    .flatMap((card) => {
      const state = states[card.id]
      return state !== undefined && Date.parse(state.due) <= now ? [{ card, state }] : []
    })
    .toSorted((a, b) => a.state.box - b.state.box || a.state.due.localeCompare(b.state.due))
    .map(({ card }) => card)
    .slice(0, count)
  const fresh = cards.filter(({ id }) => states[id] === undefined).slice(0, count - due.length)
  return { due, fresh }
}

export interface Learnt {
  /** By box, 1 to 5. */
  readonly boxes: readonly number[]
  readonly fresh: number
  /** When the next card is due; null where none waits. */
  readonly next: string | null
}

/** How far one is with these cards. */
export function learnt(cards: readonly { readonly id: string }[], states: CardStates): Learnt {
  const known = cards.flatMap(({ id }) => states[id] ?? [])
  return {
    boxes: DAYS.map((_, at) => known.filter(({ box }) => box === at + 1).length),
    fresh: cards.length - known.length,
    next: known.map(({ due }) => due).toSorted()[0] ?? null,
  }
}
