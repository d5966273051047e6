import { consumedBy } from '../../../services/contracts/catalogue.ts'
import * as inventory from '../../../services/inventory/commands.ts'
import { createDecide as createOrder, type OrderEvent } from '../../../services/order/domain.ts'
import { follow, isReply, leadBy } from '../../../services/order/saga/lead.ts'
import * as saga from '../../../services/order/saga/machine.ts'
import * as payment from '../../../services/payment/commands.ts'
import * as shipping from '../../../services/shipping/domain.ts'
import type { Ledger, Model, ShopEvent } from './world.ts'

/** What a saga can be built from; the right one is services/order/saga/machine.ts. */
export type Machine = Pick<typeof saga, 'begin' | 'onReply' | 'onDeadline' | 'giveUp' | 'retry' | 'abandon'>

export interface ShopOptions {
  readonly machine?: Machine
  /** Changes what a participant knows before it decides, such as that it did something already. */
  readonly payment?: (event: payment.PaymentEvent, before: PaymentState) => PaymentState
  readonly inventory?: (event: inventory.InventoryEvent, before: ReservationState) => ReservationState
}
type PaymentState = Parameters<ReturnType<typeof payment.createDecide>>[1]
type ReservationState = Parameters<ReturnType<typeof inventory.createDecide>>[1]['reservation']

/** What becomes of an order is a part of its id, so that a schedule says it: `d` is declined, `f` is refused by the carrier. */
export const isDeclined = (orderId: string): boolean => orderId.includes('d')
const carrier: shipping.Carrier = {
  name: 'carrier',
  refuses: (orderId) => orderId.includes('f'),
  number: (orderId) => ({ shipmentId: `s-${orderId}`, trackingNumber: `t-${orderId}` }),
  promiseMs: 1_000,
}

const read = consumedBy
const orderOf = ({ correlationId }: ShopEvent): string => correlationId

const orderModel = (machine: Machine): Model => {
  const decide = leadBy(createOrder('whole'))
  return {
    name: 'order',
    reads: read('order', 'whole'),
    handle: ({ led }, event) => {
      const before = led.get(orderOf(event)) ?? { order: undefined, saga: undefined }
      const heard = event as OrderEvent
      const { state, emit } =
        isReply(heard) && before.order !== undefined && before.saga !== undefined
          ? follow(before.order, machine.onReply(before.saga, heard))
          : decide(heard, before)
      led.set(orderOf(event), state)
      return emit
    },
  }
}

const paymentModel = (money: Ledger, see: ShopOptions['payment'] = (_, before) => before): Model => {
  let amount = 0
  const decide = payment.createDecide((orderId) => {
    if (!isDeclined(orderId)) money.push({ orderId, amount })
    return isDeclined(orderId)
  })
  return {
    name: 'payment',
    reads: read('payment', 'whole'),
    handle: ({ payments }, event) => {
      const asked = event as payment.PaymentEvent
      amount = asked.data.amount
      const { state, emit } = decide(asked, see(asked, payments.get(orderOf(event))))
      for (const { type, data } of emit)
        if (type === 'payment-refunded') money.push({ orderId: data.orderId, amount: -data.amount })
      if (state !== undefined) payments.set(state.orderId, state)
      return emit
    },
  }
}

const inventoryModel = (see: ShopOptions['inventory'] = (_, before) => before): Model => {
  const decide = inventory.createDecide('whole')
  return {
    name: 'inventory',
    reads: read('inventory', 'whole'),
    handle: ({ reservations, stocks }, event) => {
      const asked = event as inventory.InventoryEvent
      const reservation = see(asked, reservations.get(orderOf(event)))
      const { state, emit } = decide(asked, { reservation, stock: stocks.get(String(asked.data.productId)) })
      if (state.reservation !== undefined) reservations.set(state.reservation.orderId, state.reservation)
      if (state.stock !== undefined) stocks.set(state.stock.productId, state.stock)
      return emit
    },
  }
}

const shippingModel = (): Model => {
  const decide = shipping.createDecide(carrier)
  return {
    name: 'shipping',
    reads: ['stock-reserved', 'order-cancelled', 'shipping.saga.command'],
    handle: ({ shipments }, event) => {
      const { state, emit } = decide(event as shipping.ShippingEvent, shipments.get(orderOf(event)))
      if (state !== undefined) shipments.set(state.orderId, state)
      return emit
    },
  }
}

/** The services that take part in a saga, as production runs them, each order led as it says itself. */
export const shop =
  ({ machine = saga, ...see }: ShopOptions) =>
  (money: Ledger): readonly Model[] => [
    orderModel(machine),
    paymentModel(money, see.payment),
    inventoryModel(see.inventory),
    shippingModel(),
  ]
