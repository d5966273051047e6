import type { Subscription } from '../../kit/service/consumer.ts'
import type { Parts } from '../../kit/service/parts.ts'
import type { Handled } from '../../kit/service/plan.ts'
import type { Switch } from '../../kit/service/switches/switchboard.ts'
import { consumedBy, groupOf, type ShopSize } from '../contracts/catalogue.ts'
import { createReader } from '../contracts/codec.ts'
import { rowMaker } from '../contracts/rows.ts'
import { createDecide, type PaymentEmission, type PaymentEvent } from './commands.ts'
import type { Declines, Payment } from './domain.ts'
import { type PaymentStates, type PaymentTables, repository } from './storage.ts'

type PaymentSubscription = Subscription<
  PaymentTables,
  PaymentEvent,
  Payment | undefined,
  PaymentEmission,
  PaymentStates
>

const isDeclined = ({ emit }: Handled<PaymentEvent, PaymentEmission>): boolean =>
  emit.some(
    ({ type, data }) => type === 'payment-failed' || (type === 'payment.saga.reply' && data.outcome === 'refused'),
  )

const outcomes: Readonly<Partial<Record<PaymentEmission['type'], string>>> = {
  'payment-success': 'Payment Done',
  'payment-failed': 'Payment Failed',
  'payment-refunded': 'Payment Refunded',
}

/** A refund that gave money back has said so by its own event. */
const lineOf = ({ type, data }: PaymentEmission): string[] => {
  if (type !== 'payment.saga.reply') return [`${outcomes[type]} ${data.orderId} ${data.amount}`]
  if (data.command === 'refund') return []
  return [`Payment ${data.outcome === 'done' ? 'Done' : 'Failed'} ${data.orderId} ${data.amount}`]
}

const isCharge = (event: PaymentEvent): boolean =>
  event.eventType === 'order-created' || (event.eventType === 'payment.saga.command' && event.data.command === 'charge')

export const subscription = (
  parts: Parts<PaymentTables>,
  declines: Declines,
  declining: Switch<unknown>,
  size: ShopSize,
): PaymentSubscription => ({
  group: groupOf('payment'),
  topics: consumedBy('payment', size),
  read: createReader<PaymentEvent['eventType']>([
    'order-created',
    'stock-failed',
    'order-cancelled',
    'refund-requested',
    'payment.saga.command',
  ]),
  keyOf: ({ data }) => data.orderId,
  decide: createDecide(declines),
  asIfNew: () => undefined,
  repository,
  toRow: rowMaker('payment', parts.tracing),
  narrate: ({ event, emit }) => [
    ...(isCharge(event) ? [`Payment Processing ${event.data.orderId}`] : []),
    ...emit.flatMap(lineOf),
  ],
  onHandled: (handled) => {
    if (declining.on !== null) declining.injected += handled.filter(isDeclined).length
  },
})
