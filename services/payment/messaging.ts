import type { Subscription } from '../../kit/service/consumer.ts'
import type { Parts } from '../../kit/service/parts.ts'
import type { Handled } from '../../kit/service/plan.ts'
import type { Switch } from '../../kit/service/switches/switchboard.ts'
import { consumedBy, groupOf, type ShopSize } from '../contracts/catalogue.ts'
import { createReader } from '../contracts/codec.ts'
import { rowMaker } from '../contracts/rows.ts'
import { createDecide, type Declines, type Payment, type PaymentEmission, type PaymentEvent } from './domain.ts'
import { type PaymentStates, type PaymentTables, repository } from './storage.ts'

type PaymentSubscription = Subscription<
  PaymentTables,
  PaymentEvent,
  Payment | undefined,
  PaymentEmission,
  PaymentStates
>

const isDeclined = ({ emit }: Handled<PaymentEvent, PaymentEmission>): boolean =>
  emit.some(({ type }) => type === 'payment-failed')

const outcomes: Readonly<Record<PaymentEmission['type'], string>> = {
  'payment-success': 'Payment Done',
  'payment-failed': 'Payment Failed',
  'payment-refunded': 'Payment Refunded',
}

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
  ]),
  keyOf: ({ data }) => data.orderId,
  decide: createDecide(declines),
  asIfNew: () => undefined,
  repository,
  toRow: rowMaker('payment', parts.tracing),
  narrate: ({ event, emit }) => [
    ...(event.eventType === 'order-created' ? [`Payment Processing ${event.data.orderId}`] : []),
    ...emit.map(({ type, data }) => `${outcomes[type]} ${data.orderId} ${data.amount}`),
  ],
  onHandled: (handled) => {
    if (declining.on !== null) declining.injected += handled.filter(isDeclined).length
  },
})
