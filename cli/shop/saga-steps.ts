import type { EventName, ShopSize } from '../../services/contracts/catalogue.ts'
import { eventsOf } from '../../services/contracts/catalogue.ts'
import type { SagaKind, StepModel } from '../../web/hub/model.ts'

/** What an event, or some events of a topic, mean for their order. */
export type SagaStep = StepModel & { readonly topic: EventName }

type Data = Readonly<Record<string, unknown>>
type Named = Pick<StepModel, 'title' | 'word'>

/** A step that every event of a topic is. */
const every = (topic: EventName, saga: SagaKind | undefined, named: Named) => ({
  ...{ id: topic, topic, ...named },
  ...(saga === undefined ? {} : { saga }),
})
const forward = { lane: 'forward', of: null } as const
const failing = (of: string) => ({ lane: 'failure', of, kind: 'failed' }) as const
const undoing = (of: string) => ({ lane: 'compensation', of, kind: 'compensating' }) as const

/** How a shipment's status reads as a step. */
const shipmentIs = (status: string, id: string, named: Named) => ({
  ...{ id, topic: 'shipping.shipment.status-changed' as const, saga: 'choreography' as const, ...named },
  when: (data: Data) => data.status === status,
})

/** What a participant answered to a command of the orchestrated saga. */
const answered = (topic: EventName, command: string, outcome: 'done' | 'refused', named: Named) => ({
  ...{ id: `${command} ${outcome}`, topic, saga: 'orchestration' as const, ...named },
  when: (data: Data) => data.command === command && data.outcome === outcome,
})

const [STOCK, MONEY, PARCEL] = ['inventory.saga.reply', 'payment.saga.reply', 'shipping.saga.reply'] as const

/** Every step of both kinds of saga, in the order in which one causes the next. What a shop of four has no events for does not happen there. */
const STEPS: readonly SagaStep[] = [
  { ...every('order-created', undefined, { title: 'Order placed', word: 'created' }), ...forward, kind: 'pending' },

  {
    ...every('payment-failed', 'choreography', { title: 'Payment declined', word: 'payment declined' }),
    ...failing('payment-success'),
  },
  { ...every('payment-success', 'choreography', { title: 'Payment', word: 'paid' }), ...forward },
  {
    ...every('stock-failed', 'choreography', { title: 'Out of stock', word: 'out of stock' }),
    ...failing('stock-reserved'),
  },
  { ...every('stock-reserved', 'choreography', { title: 'Stock reserved', word: 'reserved' }), ...forward },
  {
    ...shipmentIs('FAILED', 'shipment refused', { title: 'Carrier refused', word: 'refused by the carrier' }),
    ...failing('shipping.shipment.created'),
  },
  { ...every('shipping.shipment.created', 'choreography', { title: 'Shipped', word: 'shipped' }), ...forward },

  {
    ...answered(STOCK, 'reserve', 'refused', { title: 'Out of stock', word: 'out of stock' }),
    ...failing('reserve done'),
  },
  { ...answered(STOCK, 'reserve', 'done', { title: 'Stock reserved', word: 'reserved' }), ...forward },
  {
    ...answered(MONEY, 'charge', 'refused', { title: 'Payment declined', word: 'payment declined' }),
    ...failing('charge done'),
  },
  { ...answered(MONEY, 'charge', 'done', { title: 'Payment', word: 'paid' }), ...forward },
  {
    ...answered(PARCEL, 'ship', 'refused', { title: 'Carrier refused', word: 'refused by the carrier' }),
    ...failing('ship done'),
  },
  { ...answered(PARCEL, 'ship', 'done', { title: 'Shipped', word: 'shipped' }), ...forward },

  { ...every('order.order.completed', undefined, { title: 'Completed', word: 'completed' }), ...forward },

  {
    ...shipmentIs('CANCELLED', 'shipment called back', { title: 'Called back', word: 'called back' }),
    ...undoing('shipping.shipment.created'),
  },
  {
    ...every('stock-restored', 'choreography', { title: 'Stock restored', word: 'put back' }),
    ...undoing('stock-reserved'),
  },
  {
    ...every('payment-refunded', 'choreography', { title: 'Payment refunded', word: 'refunded' }),
    ...undoing('payment-success'),
  },
  { ...answered(PARCEL, 'unship', 'done', { title: 'Called back', word: 'called back' }), ...undoing('ship done') },
  { ...answered(MONEY, 'refund', 'done', { title: 'Payment refunded', word: 'refunded' }), ...undoing('charge done') },
  { ...answered(STOCK, 'release', 'done', { title: 'Stock released', word: 'put back' }), ...undoing('reserve done') },
  {
    ...every('order-cancelled', undefined, { title: 'Order cancelled', word: 'cancelled' }),
    ...undoing('order-created'),
  },
]

const ranked = STEPS.map((step, rank) => ({ ...step, rank }))

/** The steps that an order of such a shop can meet. */
export const stepsOf = (size: ShopSize): readonly (SagaStep & { readonly rank: number })[] => {
  const events = eventsOf(size)
  return ranked.filter(({ topic }) => events.includes(topic))
}
