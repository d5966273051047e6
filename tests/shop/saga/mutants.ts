import type { Saga } from '../../../services/order/saga/machine.ts'
import * as right from '../../../services/order/saga/machine.ts'
import { isStep, type Step, steps } from '../../../services/order/saga/steps.ts'
import type { Machine, ShopOptions } from './models.ts'

/** A shop with one thing built wrong, or a thing that must not matter. */
export interface Mutant {
  readonly what: string
  readonly options: ShopOptions
  /** What can be seen of it all the same, and does no harm. */
  readonly shows?: RegExp
}

type Move = ReturnType<typeof right.onReply>
const stay = (saga: Saga): Move => ({ state: saga, emit: [] })
const wrong = (what: string, machine: Partial<Machine>, more: ShopOptions = {}): Mutant => ({
  what,
  options: { machine: { ...right, ...machine }, ...more },
})

/** The undo of the step that is awaited is not on the list yet. */
const unnoted = ({ state, emit }: Move): Move => {
  const command = state.awaited?.command
  if (command === undefined || !isStep(command)) return { state, emit }
  return { state: { ...state, undo: state.undo.filter((undo) => undo !== steps[command].undo) }, emit }
}
const noteAfter = (saga: Saga, reply: Parameters<typeof right.onReply>[1]): Saga => {
  const { command, outcome } = reply.data
  const isAnswer = saga.awaited?.command === command && isStep(command) && outcome === 'done'
  return isAnswer ? { ...saga, undo: [...saga.undo, steps[command as Step].undo] } : saga
}

const forgetful = (state: Saga): Saga => ({ ...state, undo: state.undo.slice(-1) })
const isLate = (saga: Saga, { data }: Parameters<typeof right.onReply>[1]): boolean =>
  data.command !== saga.awaited?.command

/** Cancels at once what a deadline or the customer ends, and undoes nothing. */
const dropAll = (saga: Saga, reason: string): Move =>
  saga.awaited !== null && isStep(saga.awaited.command)
    ? stay({ ...saga, reason, undo: [], awaited: null, path: [...saga.path, 'OrderCancelled'] })
    : stay(saga)

const chargesAgain: ShopOptions['payment'] = (event, before) =>
  event.eventType === 'payment.saga.command' && event.data.command === 'charge' && before?.status === 'PAID'
    ? undefined
    : before
const reservesAgain: ShopOptions['inventory'] = (event, before) =>
  event.eventType === 'inventory.saga.command' && event.data.command === 'reserve' && before?.status === 'RESERVED'
    ? undefined
    : before
const refundsAgain: ShopOptions['payment'] = (event, before) =>
  event.eventType === 'payment.saga.command' && event.data.command === 'refund' && before?.status === 'REFUNDED'
    ? { ...before, status: 'PAID' }
    : before
/** A participant that forgets that it was told to undo before it was asked to do. */
const forgetsBar: ShopOptions['payment'] = (event, before) =>
  event.eventType === 'payment.saga.command' && before?.status === 'BARRED' ? undefined : before
const asksBankAgain: ShopOptions['payment'] = (event, before) =>
  event.eventType === 'payment.saga.command' && event.data.command === 'charge' && before?.status === 'DECLINED'
    ? undefined
    : before

/** Each is shown by some schedule. */
export const caught = {
  notesUndoAfter: wrong('notes an undo when its step is answered, not before it is asked', {
    begin: (order) => unnoted(right.begin(order)),
    onReply: (saga, reply) => unnoted(right.onReply(noteAfter(saga, reply), reply)),
    giveUp: (saga, reason) => right.giveUp(saga, reason),
  }),
  ignoresLate: wrong(
    'passes over a step that was done after all, with a participant that does not bar it',
    { onReply: (saga, reply) => (isLate(saga, reply) ? stay(saga) : right.onReply(saga, reply)) },
    { payment: forgetsBar },
  ),
  undoesOne: wrong('undoes the latest step alone', {
    onReply: (saga, reply) =>
      right.onReply(reply.data.outcome === 'refused' ? { ...saga, undo: saga.undo.slice(-2) } : saga, reply),
    giveUp: (saga, reason) => right.giveUp(forgetful(saga), reason),
  }),
  dropsOnDeadline: wrong('takes a missed deadline for a refusal and undoes nothing', {
    onDeadline: (saga, tries) =>
      saga.awaited !== null && isStep(saga.awaited.command) ? dropAll(saga, 'too late') : right.onDeadline(saga, tries),
  }),
  cancelsAtOnce: wrong('cancels for the customer without undoing', { giveUp: dropAll }),
  neverAsksAgain: wrong('has no deadlines', { onDeadline: stay }),
  hidesTrouble: wrong('asks for ever, and tells nobody', {
    onDeadline: (saga) => right.onDeadline(saga, Number.POSITIVE_INFINITY),
  }),
  takesNoForDone: wrong('takes a compensation that is refused for done', {
    onReply: (saga, { data }) =>
      right.onReply(saga, { data: isStep(data.command) ? data : ({ ...data, outcome: 'done' } as typeof data) }),
  }),
  cancelsCompleted: wrong('cancels what is complete', {
    giveUp: (saga, reason) =>
      right.stateOf(saga) === 'OrderCompleted'
        ? stay({ ...saga, reason, path: [...saga.path, 'OrderCancelled'] })
        : right.giveUp(saga, reason),
  }),
  completesEarly: wrong('calls an order complete when it is paid', {
    onReply: (saga, reply) => {
      const { state, emit } = right.onReply(saga, reply)
      if (right.stateOf(state) !== 'PaymentProcessed' || state === saga) return { state, emit }
      return stay({ ...state, awaited: null, path: [...state.path, 'OrderCompleted'] })
    },
  }),
  repeatsNumbers: wrong('asks again with the number of the first time', {
    onDeadline: (saga, tries) => {
      const { state, emit } = right.onDeadline(saga, tries)
      const again = emit.map((one) => ({
        ...one,
        occurrence: saga.sequence,
        data: { ...one.data, sequence: saga.sequence },
      }))
      return { state: { ...state, sequence: saga.sequence }, emit: again as typeof emit }
    },
  }),
  chargesAgain: { what: 'charges at every try', options: { payment: chargesAgain } },
  reservesAgain: { what: 'reserves at every try', options: { inventory: reservesAgain } },
  refundsAgain: { what: 'refunds at every try', options: { payment: refundsAgain } },
} satisfies Record<string, Mutant>

/** Each alone is made good by the rest of the design: no schedule shows it. */
export const harmless = {
  doesNotBar: {
    what: 'a payment that forgets a refund which came before its charge: the saga undoes what was done late',
    options: { payment: forgetsBar },
    shows: /^payment went BARRED → /,
  },
  trustsTheBar: wrong('passes over a step that was done late: participants bar what was undone before', {
    onReply: (saga, reply) => (isLate(saga, reply) ? stay(saga) : right.onReply(saga, reply)),
  }),
  declinesAnew: {
    what: 'asks the bank again at every try of a declined charge: the first answer has moved the saga on',
    options: { payment: asksBankAgain },
  },
} satisfies Record<string, Mutant>
