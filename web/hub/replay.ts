import { setTimeout as pause } from 'node:timers/promises'
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

/** Publishes letters again at the pace asked for, then waits for what becomes of each; `onOutcome` is told of each as soon as it is known. */
export async function replayLetters(
  state: HubState,
  ports: ShopPorts,
  wish: ReplayRequest,
  signal: AbortSignal,
  onOutcome: (outcome: ReplayOutcome) => void = () => {},
): Promise<ReplayOutcome[]> {
  const begun = performance.now()
  const fates: Promise<ReplayOutcome>[] = []
  for (const [n, letter] of wish.letters.entries()) {
    if (signal.aborted) break
    const wait = wish.ratePerS === undefined ? 0 : begun + (n * 1_000) / wish.ratePerS - performance.now()
    if (wait > 0) await pause(wait, undefined, { signal }).catch(() => undefined)
    const before = state.replays.get(textOf(letter))
    const { to, trouble } = await ports.replay(letter, wish.editedValue ?? null)
    const fate: Promise<ReplayOutcome> =
      trouble === null
        ? fateOf(state, letter, before, to, signal)
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
  letter: LetterPlace,
  before: Seen | undefined,
  to: string | null,
  signal: AbortSignal,
): Promise<ReplayOutcome> {
  const deadline = performance.now() + FATE_MS
  while (performance.now() < deadline && !signal.aborted) {
    const again = state.replays.get(textOf(letter))
    const fate = again === undefined || again === before ? null : fateNow(state, again)
    if (fate !== null) return { ...letter, ...fate }
    await pause(LOOK_MS)
  }
  return { ...letter, outcome: 'published', words: `It is on ${to} again; nobody has said yet what became of it.` }
}

/** By what a consumer says of it, by its new dead letter, or by what it led to. */
function fateNow(state: HubState, { dot, headers }: Seen): Pick<ReplayOutcome, 'outcome' | 'words'> | null {
  const place = textOf(dot)
  const letter = state.deadLetters.get(place)
  if (letter !== undefined)
    return { outcome: 'failed-again', words: `It failed again: ${letter.reason ?? 'no reason given'}` }
  const group = headers['dlq-group']
  const works = state.handlingsOf(place).filter(({ service }) => group === undefined || group === `${service}-group`)
  const handled = works.find(({ outcome }) => outcome === 'handled')
  if (handled !== undefined) return { outcome: 'handled', words: `${handled.service} handled it.` }
  const ignored = works.find(({ outcome }) => outcome === 'duplicate-ignored')
  if (ignored !== undefined)
    return { outcome: 'duplicate-ignored', words: `${ignored.service} had handled it already, and passed it over.` }
  return null
}
