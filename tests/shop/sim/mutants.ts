import type { Decision } from '../../../kit/service/decision.ts'
import {
  decide as decideInventory,
  type InventoryEmission,
  type InventoryEvent,
  type Shelf,
} from '../../../services/inventory/domain.ts'
import { decide as decideNotification } from '../../../services/notification/domain.ts'
import { cancel, decide as decideOrder, type Order } from '../../../services/order/domain.ts'
import type { Payment } from '../../../services/payment/domain.ts'
import { type Bugs, noBugs } from './bugs.ts'
import type { InvariantName } from './invariants.ts'
import { decidePayment, inventory, type Models, notification, order, payment, standardModels } from './models.ts'
import type { WorldOptions } from './world.ts'

/** A shop with one thing built wrong. */
export interface Mutant {
  readonly what: string
  readonly options: WorldOptions
  /** The invariants that it breaks first; any of them may be the one that a schedule shows. Empty for an equivalent one. */
  readonly breaks: readonly InvariantName[]
  /** Why no schedule can tell it from the right shop. */
  readonly equivalent?: string
}

const wrongDomain = (what: string, models: Partial<Models>, ...breaks: InvariantName[]): Mutant => ({
  what,
  options: { models: { ...standardModels, ...models } },
  breaks,
})
const wrongMachine = (bug: keyof Bugs, what: string, ...breaks: InvariantName[]): Mutant => ({
  what,
  options: { bugs: { ...noBugs, [bug]: true } },
  breaks,
})

const deaf = (...types: readonly string[]) =>
  payment((event, state) => (types.includes(event.eventType) ? { state, emit: [] } : decidePayment(event, state)))

const refundsAgain = payment((event, state) =>
  decidePayment(event, state?.status === 'REFUNDED' ? { ...state, status: 'PAID' } : state),
)
const chargesAgain = payment((event, state) =>
  event.eventType === 'order-created' && state?.status !== 'BARRED'
    ? decidePayment(event, undefined)
    : decidePayment(event, state),
)
const forgetsBarredPayment = payment(
  (event, state): Decision<Payment | undefined, never> | ReturnType<typeof decidePayment> =>
    event.eventType === 'order-cancelled' && state === undefined ? { state, emit: [] } : decidePayment(event, state),
)
const refundsDeclined = payment((event, state) =>
  event.eventType !== 'order-created' && state?.status === 'DECLINED'
    ? decidePayment(event, { ...state, status: 'PAID' })
    : decidePayment(event, state),
)

type InventoryDecision = Decision<Shelf, InventoryEmission>
const seesTooMuch = (event: InventoryEvent, shelf: Shelf): InventoryDecision => {
  if (shelf.stock === undefined || event.eventType !== 'payment-success') return decideInventory(event, shelf)
  const { state, emit } = decideInventory(event, {
    ...shelf,
    stock: { ...shelf.stock, available: shelf.stock.available + 9 },
  })
  return { state: { ...state, stock: { ...state.stock!, available: state.stock!.available - 9 } }, emit }
}
const oversells = inventory(seesTooMuch)
const keepsCancelled = inventory((event, shelf) =>
  event.eventType === 'order-cancelled' && shelf.reservation !== undefined
    ? { state: shelf, emit: [] }
    : decideInventory(event, shelf),
)
const forgetsBarredStock = inventory((event, shelf) =>
  event.eventType === 'order-cancelled' && shelf.reservation === undefined
    ? { state: shelf, emit: [] }
    : decideInventory(event, shelf),
)
const releasesAgain = inventory((event, shelf) =>
  decideInventory(
    event,
    shelf.reservation?.status === 'RELEASED'
      ? { ...shelf, reservation: { ...shelf.reservation, status: 'RESERVED' } }
      : shelf,
  ),
)
const reservesAgain = inventory((event, shelf) =>
  event.eventType === 'payment-success' && shelf.reservation?.status === 'RESERVED'
    ? decideInventory(event, { ...shelf, reservation: undefined })
    : decideInventory(event, shelf),
)
const releasesWithoutStock = inventory((event, shelf) => {
  const { state, emit } = decideInventory(event, shelf)
  return event.eventType === 'order-cancelled' ? { state: { ...state, stock: shelf.stock }, emit } : { state, emit }
})

const revives = order((event, state) =>
  event.eventType === 'stock-reserved' && state !== undefined
    ? decideOrder(event, { ...state, status: 'PENDING' })
    : decideOrder(event, state),
)
const silentAboutCancelling = order((event, state) => ({ ...decideOrder(event, state), emit: [] }))
const confirmsWhenPaid = order((event, state) =>
  event.eventType === 'payment-success' && state?.status === 'PENDING'
    ? { state: { ...state, status: 'CONFIRMED' } satisfies Order, emit: [] }
    : decideOrder(event, state),
)
const cancelsConfirmed = order((event, state) =>
  event.eventType === 'payment-success' && state?.status === 'CONFIRMED'
    ? cancel({ ...state, status: 'PENDING' }, 'paid too late')
    : decideOrder(event, state),
)

const mailsAgain = notification((event, box) => {
  const { emit } = decideNotification(event, [])
  return { state: [...box, ...emit.map(({ kind }) => kind)], emit }
})

export const caught = {
  'dual-write': wrongMachine('publishesBeforeCommit', 'publishes before the transaction commits', 'I6', 'I13'),
  'mark-before-send': wrongMachine(
    'marksBeforeSend',
    'notes outbox rows as sent before the broker has them',
    'I6',
    'I1',
  ),
  'commit-offset-first': wrongMachine('commitsOffsetFirst', 'commits offsets before the batch is applied', 'I6', 'I1'),
  'memory-only-relay': wrongMachine('ignoresTableAfterCrash', 'forgets the outbox table after a crash', 'I6', 'I14'),
  'relay-overtakes-backlog': wrongMachine(
    'overtakesBacklog',
    'publishes new rows before those of an earlier life',
    'I8',
  ),
  'failed-send-marked': wrongMachine('marksFailedSends', 'takes a batch for sent when a part of it was', 'I6', 'I1'),
  'no-inbox': wrongMachine('ignoresInbox', 'does not ask the inbox', 'I7'),
  'inbox-first': wrongMachine('remembersFirst', 'commits inbox rows before the effects', 'I6', 'I1'),
  'states-not-shared': wrongMachine(
    'forgetsWithinBatch',
    'hides the changes of a batch from its later events',
    'I4',
    'I9',
  ),
  'failed-event-lost': wrongMachine('losesFailed', 'drops an event whose handler failed', 'I6', 'I1'),
  'retry-overtaken': wrongMachine('overtakes', 'lets events pass the failed one of their key', 'I8'),
  'poison-buried-twice': wrongMachine('buriesAgain', 'dead-letters an unreadable record at each delivery', 'I11'),
  'given-up-twice': wrongMachine('givesUpAgain', 'dead-letters an exhausted event at each delivery', 'I11'),
  'poison-blocks': wrongMachine('blocksOnPoison', 'waits at an unreadable record', 'I14', 'I6', 'I11'),
  'poison-retried': wrongMachine('retriesPoison', 'retries what can never be read', 'I11'),
  'idempotency-key-ignored': wrongMachine('ignoresIdempotencyKey', 'places an order for each POST', 'I0'),
  'cancels-the-ended': wrongMachine('cancelsEnded', 'lets the customer cancel a confirmed order', 'I9'),
  'restock-at-start': wrongMachine('restocksAtStart', 'fills the shelf anew at each start', 'I4'),
  'no-compensation': wrongDomain(
    'payment hears of no failure',
    { payment: deaf('stock-failed', 'order-cancelled') },
    'I2',
    'I10',
  ),
  'cancel-not-refunded': wrongDomain(
    'payment ignores order-cancelled',
    { payment: deaf('order-cancelled') },
    'I2',
    'I10',
  ),
  'refund-twice': wrongDomain('refunds what is refunded', { payment: refundsAgain }, 'I2', 'I3', 'I7'),
  'refund-of-nothing': wrongDomain('refunds a declined payment', { payment: refundsDeclined }, 'I2', 'I9'),
  'charge-twice': wrongDomain('charges whenever order-created comes', { payment: chargesAgain }, 'I3', 'I7'),
  'payment-not-barred': wrongDomain(
    'charges an order that was cancelled before',
    { payment: forgetsBarredPayment },
    'I2',
    'I10',
  ),
  oversell: wrongDomain('reserves what is not there', { inventory: oversells }, 'I5'),
  'cancel-not-released': wrongDomain('inventory ignores order-cancelled', { inventory: keepsCancelled }, 'I4', 'I10'),
  'released-nowhere': wrongDomain('releases without putting back', { inventory: releasesWithoutStock }, 'I4'),
  'stock-not-barred': wrongDomain(
    'reserves for an order that was cancelled before',
    { inventory: forgetsBarredStock },
    'I4',
    'I10',
  ),
  'release-twice': wrongDomain('puts back what was put back', { inventory: releasesAgain }, 'I4'),
  'reserve-twice': wrongDomain('reserves whenever payment-success comes', { inventory: reservesAgain }, 'I4', 'I7'),
  'cancelled-comes-back': wrongDomain('confirms a cancelled order', { order: revives }, 'I9', 'I2'),
  'silent-cancellation': wrongDomain('cancels without telling', { order: silentAboutCancelling }, 'I10', 'I12'),
  'confirms-when-paid': wrongDomain('confirms before the stock is reserved', { order: confirmsWhenPaid }, 'I2', 'I12'),
  'cancels-the-confirmed': wrongDomain(
    'cancels an order when its payment is heard of late',
    { order: cancelsConfirmed },
    'I9',
  ),
  'mail-twice': wrongDomain('mails whenever asked', { notification: mailsAgain }, 'I12'),
} as const satisfies Record<string, Mutant>

const hidden = (mutant: Mutant, equivalent: string): Mutant => ({ ...mutant, breaks: [], equivalent })

export const equivalents = {
  'stock-failed-ignored': hidden(
    wrongDomain('payment ignores stock-failed', { payment: deaf('stock-failed') }),
    'the order answers stock-failed with order-cancelled, which payment refunds too: the money goes back one hop later',
  ),
  'new-id-each-time': hidden(
    wrongMachine('drawsNewIds', 'draws a new event id for each decision'),
    'inbox and outbox commit together and states bar a second decision, so an event is decided once for good and re-sent with the id in its row',
  ),
  'retrier-without-inbox': hidden(
    wrongMachine('retriesHandled', 'tries parked events again without asking the inbox'),
    'while an event is parked its key is blocked, so no other delivery of it can have been handled',
  ),
} as const satisfies Record<string, Mutant>
