/** The task in figures: what the handout says and the rules compare with. */

export const SERVICES = ['order', 'payment', 'inventory', 'notification'] as const
export type Service = (typeof SERVICES)[number]

/** Orders a second in the busiest minute. */
export const PEAK = 500
/** A topic must bear so many times its peak, for an instance that is down and for a backlog. */
export const SPARE = 2
/** More than so many times what is needed is waste. */
export const MOST = 4

/** Records a second that one reader of each service handles. Measured. */
export const READER: Readonly<Record<Service, number>> = { order: 400, payment: 50, inventory: 125, notification: 100 }

/** Hours of the longest outage that is planned for. */
export const LONGEST_OUTAGE = 96
/** Hours after which nothing about a customer may be left. */
export const LONGEST_KEPT = 30 * 24
/** Hours that a dead letter must wait for somebody to come back from holiday. */
export const LETTERS_KEPT = 14 * 24

/** The part of all orders that one wholesaler places. */
export const WHOLESALER = 0.3

interface Fact {
  readonly by: Service
  /** Who must hear of it; another fact or command may stand in for it. */
  readonly heardBy: readonly { readonly service: Service; readonly or?: readonly string[] }[]
  /** Facts with the same word exclude each other for one order. */
  readonly either: string
  /** A command: wanted only where a coordinator leads. */
  readonly command?: true
}

export const FACTS: Readonly<Record<string, Fact>> = {
  OrderPlaced: { by: 'order', heardBy: [{ service: 'inventory', or: ['ReserveStock'] }], either: 'placed' },
  StockReserved: {
    by: 'inventory',
    heardBy: [{ service: 'order' }, { service: 'payment', or: ['TakePayment'] }],
    either: 'stock',
  },
  StockRefused: { by: 'inventory', heardBy: [{ service: 'order' }], either: 'stock' },
  PaymentTaken: { by: 'payment', heardBy: [{ service: 'order' }], either: 'payment' },
  PaymentDeclined: {
    by: 'payment',
    heardBy: [{ service: 'order' }, { service: 'inventory', or: ['ReleaseStock', 'OrderCancelled'] }],
    either: 'payment',
  },
  OrderConfirmed: { by: 'order', heardBy: [{ service: 'notification' }], either: 'end' },
  OrderCancelled: { by: 'order', heardBy: [{ service: 'notification' }], either: 'end' },
  ReserveStock: { by: 'order', heardBy: [{ service: 'inventory' }], either: 'reserve', command: true },
  TakePayment: { by: 'order', heardBy: [{ service: 'payment' }], either: 'take', command: true },
  ReleaseStock: { by: 'order', heardBy: [{ service: 'inventory' }], either: 'release', command: true },
}

export interface Flow {
  readonly from: readonly Service[]
  readonly to: Service
}

export const FLOWS: Readonly<Record<string, Flow>> = {
  'reserve-stock': { from: ['order'], to: 'inventory' },
  'reservation-result': { from: ['inventory'], to: 'order' },
  'notify-customer': { from: ['order', 'inventory'], to: 'notification' },
  'undo-declined-payment': { from: ['payment', 'order'], to: 'inventory' },
}

/** What version 2 of each schema brings. */
export const NEW_IN_2: Readonly<Record<string, string>> = { OrderPlaced: 'currency', StockReserved: 'warehouse' }

/** What every event must say, and what OrderPlaced must say besides. */
export const ALWAYS_SAID = ['eventId', 'occurredAt', 'orderId'] as const
export const SAID_OF_A_LINE = ['productId', 'quantity'] as const
