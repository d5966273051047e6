import { setTimeout as wait } from 'node:timers/promises'
import type { Seen } from './core/seen.ts'
import type { HubState } from './core/state.ts'
import type { Letter, LetterPlace, ShopPorts } from './ports.ts'
import type { DeadLetterRow, ReplayOutcome, ReplayRequest } from './protocol.ts'

const LETTERS = 500

/** The newest letters of a topic, or of all of them. */
export async function listDeadLetters(
  state: HubState,
  ports: ShopPorts,
  topic: string | null,
  now: number,
): Promise<DeadLetterRow[]> {
  const letters = await ports.deadLetters(topic)
  const newest = [...letters].sort((a, b) => b.record.timestamp - a.record.timestamp).slice(0, LETTERS)
  return newest.map((letter) => rowOf(letter, state, now))
}

function rowOf({ record, reason, replayed }: Letter, state: HubState, now: number): DeadLetterRow {
  const place = `${record.topic}/${record.partition}/${record.offset}`
  const { dot, reason: error } = state.at(place) ?? state.look(record, now)
  return {
    dot,
    error: error ?? 'No reason is given: no service of the kit wrote it.',
    attempts: reason?.attempts ?? null,
    group: reason?.group ?? null,
    originTopic: reason?.topic ?? null,
    originPartition: reason?.partition ?? null,
    originOffset: reason?.offset ?? null,
    replayed: replayed || state.replays.has(place),
  }
}

const FATE_MS = 10_000
const LOOK_MS = 50

/** Time, so that a test can bring its own. */
export interface ReplayClock {
  /** ms. */
  now(): number
  /** Resolves early when it is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>
}

const CLOCK: ReplayClock = {
  now: () => performance.now(),
  pause: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
}

interface Replayed {
  readonly letter: LetterPlace
  /** The record that had replayed it before. */
  readonly before: Seen | undefined
  readonly to: string | null
  /** The one that could not handle it: what others say of the record tells nothing of it. */
  readonly group: string | null
}

/** Publishes letters again at the pace asked for, then waits for what becomes of each; `onOutcome` is told of each as soon as it is known. */
export async function replayLetters(
  state: HubState,
  ports: Pick<ShopPorts, 'replay'>,
  wish: ReplayRequest,
  signal: AbortSignal,
  {
    onOutcome = () => {},
    clock = CLOCK,
  }: Partial<{ onOutcome: (outcome: ReplayOutcome) => void; clock: ReplayClock }> = {},
): Promise<ReplayOutcome[]> {
  const begun = clock.now()
  const fates: Promise<ReplayOutcome>[] = []
  for (const [n, letter] of wish.letters.entries()) {
    if (signal.aborted) break
    const ms = wish.ratePerS === undefined ? 0 : begun + (n * 1_000) / wish.ratePerS - clock.now()
    if (ms > 0) await clock.pause(ms, signal)
    if (signal.aborted) break
    const before = state.replays.get(textOf(letter))
    const { to, trouble, group } = await ports.replay(letter, wish.editedValue ?? null)
    const fate: Promise<ReplayOutcome> =
      trouble === null
        ? fateOf(state, { letter, before, to, group }, signal, clock)
        : Promise.resolve({ ...letter, outcome: 'failed-again', words: trouble })
    fates.push(
      fate.then((outcome) => {
        onOutcome(outcome)
        return outcome
      }),
    )
  }
  return Promise.all(fates)
}

const textOf = ({ topic, partition, offset }: LetterPlace): string => `${topic}/${partition}/${offset}`

async function fateOf(
  state: HubState,
  { letter, before, to, group }: Replayed,
  signal: AbortSignal,
  clock: ReplayClock,
): Promise<ReplayOutcome> {
  const deadline = clock.now() + FATE_MS
  while (clock.now() < deadline && !signal.aborted) {
    const again = state.replays.get(textOf(letter))
    const fate = again === undefined || again === before ? null : fateNow(state, again, group)
    if (fate !== null) return { ...letter, ...fate }
    await clock.pause(LOOK_MS, signal)
  }
  return { ...letter, outcome: 'published', words: `It is on ${to} again; nobody has said yet what became of it.` }
}

/** By what its consumer says of it, or by its new dead letter. */
function fateNow(
  state: HubState,
  { dot }: Seen,
  group: string | null,
): Pick<ReplayOutcome, 'outcome' | 'words'> | null {
  const place = textOf(dot)
  const letter = letterAbout(state, place, group)
  if (letter !== undefined)
    return { outcome: 'failed-again', words: `It failed again: ${letter.reason ?? 'no reason given'}` }
  const works = state.handlingsOf(place).filter(({ service }) => group === null || group === `${service}-group`)
  const handled = works.find(({ outcome }) => outcome === 'handled')
  if (handled !== undefined) return { outcome: 'handled', words: `${handled.service} handled it.` }
  const ignored = works.find(({ outcome }) => outcome === 'duplicate-ignored')
  if (ignored !== undefined)
    return { outcome: 'duplicate-ignored', words: `${ignored.service} had handled it already, and passed it over.` }
  return null
}

/** Each group that gives a record up writes a letter of its own; the newest is at hand. */
function letterAbout(state: HubState, place: string, group: string | null): Seen | undefined {
  const isTheirs = ({ headers }: Seen): boolean => group === null || headers['dlq-group'] === group
  const newest = state.deadLetters.get(place)
  if (newest === undefined || isTheirs(newest)) return newest
  return state.find((seen) => seen.origin === place && isTheirs(seen))
}
