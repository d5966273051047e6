import type { Decision } from '../../../kit/service/decision.ts'
import type { DataOf, EventOf, NewEvent } from '../../contracts/catalogue.ts'
import {
  type Command,
  type CommandTopic,
  isStep,
  participantOf,
  type ReplyTopic,
  type SagaState,
  type Step,
  steps,
  topicOf,
  type Undo,
  undos,
} from './steps.ts'

/** The command that was sent and not answered yet. */
export interface Awaited {
  readonly command: Command
  /** The sequence with which it was asked first: a reply to an earlier command of this name answers another question. */
  readonly since: number
  /** How often it was asked, since a person or a reply last moved the saga. */
  readonly tries: number
}

/**
 * One order, led step by step. It says what is asked, what has to be undone, and how far it got; when an answer is due is the business of whoever
 * keeps it. A saga that comes back as the same object was not changed: what was asked of it is not possible, or is long done.
 */
export interface Saga {
  readonly order: DataOf<'order-created'>
  /** The states that it went through; the last one is where it is. */
  readonly path: readonly SagaState[]
  /** What has to be undone, the latest last. Noted before the step is asked, so that a step without an answer is undone too. */
  readonly undo: readonly Undo[]
  readonly awaited: Awaited | null
  /** Of the last command. */
  readonly sequence: number
  /** Why the order is being cancelled; null while it goes forward. */
  readonly reason: string | null
  /** Why a person has to look; null while it goes on by itself. */
  readonly attention: string | null
  /** Compensations that a person took upon himself. */
  readonly settledByHand: readonly { readonly command: Undo; readonly reason: string }[]
  readonly shipment: { readonly shipmentId?: string; readonly trackingNumber?: string }
}

export type SagaReply = EventOf<ReplyTopic>
export type SagaCommand = NewEvent<CommandTopic>
type Move = Decision<Saga, SagaCommand>

export type SagaStatus = 'RUNNING' | 'COMPENSATING' | 'NEEDS_ATTENTION' | 'COMPLETED' | 'CANCELLED'
export const stateOf = ({ path }: Saga): SagaState => path.at(-1)!
export const statusOf = (saga: Saga): SagaStatus => {
  if (saga.attention !== null) return 'NEEDS_ATTENTION'
  if (saga.awaited !== null) return isStep(saga.awaited.command) ? 'RUNNING' : 'COMPENSATING'
  return stateOf(saga) === 'OrderCompleted' ? 'COMPLETED' : 'CANCELLED'
}

const stay = (saga: Saga): Move => ({ state: saga, emit: [] })

const send = (saga: Saga, awaited: Awaited): Move => {
  const sequence = saga.sequence + 1
  const { command } = awaited
  const why = !isStep(command) && saga.reason !== null ? { reason: saga.reason } : {}
  const data = { ...saga.order, command, sequence, ...why }
  return {
    state: { ...saga, sequence, awaited, attention: null },
    emit: [{ type: topicOf(command), data, occurrence: sequence } as SagaCommand],
  }
}
const ask = (saga: Saga, command: Command): Move => send(saga, { command, since: saga.sequence + 1, tries: 1 })
const askAgain = (saga: Saga, awaited: Awaited, tries: number): Move => send(saga, { ...awaited, tries })

/** The undo is noted, and kept, before the step is asked: whatever becomes of the answer, it cannot be forgotten. */
const take = (saga: Saga, step: Step): Move => ask({ ...saga, undo: [...saga.undo, steps[step].undo] }, step)

/** The latest first; when nothing is left to be undone, the order is cancelled. */
const undoNext = (saga: Saga): Move => {
  const next = saga.undo.at(-1)
  if (next !== undefined) return ask(saga, next)
  const path: readonly SagaState[] = saga.path.includes('OrderCancelled') ? saga.path : [...saga.path, 'OrderCancelled']
  return stay({ ...saga, path, awaited: null, attention: null })
}

export const begin = (order: DataOf<'order-created'>): Move =>
  take(
    {
      order,
      path: ['OrderCreated'],
      undo: [],
      awaited: null,
      sequence: 0,
      reason: null,
      attention: null,
      settledByHand: [],
      shipment: {},
    },
    'reserve',
  )

/** A participant's answer, whenever it comes and however often. */
export const onReply = (saga: Saga, { data }: Pick<SagaReply, 'data'>): Move => {
  const { awaited } = saga
  if (awaited?.command === data.command && data.sequence >= awaited.since) return answered(saga, awaited.command, data)
  return isStep(data.command) && data.outcome === 'done' ? doneLate(saga, data.command) : stay(saga)
}

const answered = (saga: Saga, command: Command, { outcome, reason, ...rest }: SagaReply['data']): Move => {
  if (!isStep(command)) return outcome === 'done' ? undone(saga, command) : cannotUndo(saga, command, reason)
  if (outcome === 'refused')
    return undoNext({ ...saga, undo: without(saga.undo, steps[command].undo), reason: reason ?? `${command} refused` })
  const path = [...saga.path, steps[command].reaches]
  const { next } = steps[command]
  if (next !== null) return take({ ...saga, path }, next)
  const { shipmentId, trackingNumber } = rest
  const shipment = { ...(shipmentId && { shipmentId }), ...(trackingNumber && { trackingNumber }) }
  return stay({ ...saga, path: [...path, 'OrderCompleted'], undo: [], awaited: null, attention: null, shipment })
}

const without = (undo: readonly Undo[], settled: Undo): Undo[] => undo.filter((command) => command !== settled)

const undone = (saga: Saga, command: Undo): Move => {
  const path = saga.path.includes('OrderCancelled') ? saga.path : [...saga.path, undos[command].reaches]
  return undoNext({ ...saga, path, undo: without(saga.undo, command) })
}

/** To ask again would give the same answer: the outcome is on record. */
const cannotUndo = (saga: Saga, command: Undo, reason = 'no reason given'): Move =>
  stay({ ...saga, attention: `${participantOf(command)} cannot ${command}: ${reason}` })

/** A step that was given up was done after all, and whoever undid it may have come too early: it is undone (again). */
const doneLate = (saga: Saga, step: Step): Move => {
  const { undo } = steps[step]
  const isOwed = saga.undo.includes(undo) || saga.settledByHand.some(({ command }) => command === undo)
  if (saga.reason === null || isOwed) return stay(saga)
  const late = { ...saga, undo: [undo, ...saga.undo] }
  return saga.awaited === null ? undoNext(late) : stay(late)
}

/** The awaited answer is overdue. Asked again, up to `tries` times in all; then a person has to look, and the saga waits. */
export const onDeadline = (saga: Saga, tries: number): Move => {
  const { awaited } = saga
  if (awaited === null || saga.attention !== null) return stay(saga)
  if (awaited.tries < tries) return askAgain(saga, awaited, awaited.tries + 1)
  const attention = `no answer from ${participantOf(awaited.command)} to ${awaited.command} after ${awaited.tries} tries`
  return stay({ ...saga, attention })
}

/** By the customer: possible as long as it goes forward, also where it is stuck. */
export const giveUp = (saga: Saga, reason: string): Move =>
  saga.awaited !== null && isStep(saga.awaited.command) ? undoNext({ ...saga, reason }) : stay(saga)

/** By a person, once what kept the participant from answering is mended. */
export const retry = (saga: Saga): Move =>
  saga.attention === null || saga.awaited === null ? stay(saga) : askAgain(saga, saga.awaited, 1)

/** By a person: a step that gets no answer is given up and what was done is undone; a compensation counts as settled by hand. */
export const abandon = (saga: Saga, reason: string): Move => {
  const { awaited } = saga
  if (saga.attention === null || awaited === null) return stay(saga)
  const { command } = awaited
  if (isStep(command)) return giveUp(saga, reason)
  const settledByHand = [...saga.settledByHand, { command, reason }]
  return undoNext({ ...saga, settledByHand, undo: without(saga.undo, command) })
}
