import type { EventType } from './event-type.ts'
import {
  completedOrderData,
  paymentCommand,
  paymentReply,
  refusedOrderData,
  shipmentData,
  shipmentStatusData,
  shipmentUpdatedData,
  shippingCommand,
  shippingReply,
  stockCommand,
  stockReply,
  userData,
  userDeactivatedData,
} from './schemas.ts'

const order = { consumers: [], key: 'orderId', version: 1 } as const
const user = { producer: 'identity', consumers: [], inWhole: ['notification', 'shipping'], key: 'userId' } as const
const command = { ...order, producer: 'order' } as const
const reply = { ...order, inWhole: ['order', 'analytics'] } as const

/** What comes on top when all nine services run: shipping, users, and the commands and replies of the orchestrated saga. */
export const wholeEvents = {
  'order.order.completed': {
    ...order,
    summary: 'The order is paid, reserved and in the hands of the carrier: it is confirmed.',
    producer: 'order',
    inWhole: ['notification', 'analytics', 'recommendation'],
    data: completedOrderData,
  },
  'refund-requested': {
    ...order,
    summary: 'The money has to go back to the customer.',
    producer: 'order',
    inWhole: ['payment'],
    data: refusedOrderData,
  },
  'stock-restored': {
    ...order,
    summary: 'Units that were set aside for an order lie on the shelf again.',
    producer: 'inventory',
    inWhole: ['analytics'],
    data: refusedOrderData,
  },
  'shipping.shipment.created': {
    ...order,
    summary: 'The carrier took the order on; the parcel has a tracking number.',
    producer: 'shipping',
    inWhole: ['order', 'analytics'],
    data: shipmentData,
  },
  'shipping.shipment.updated': {
    ...order,
    summary: 'Something about a shipment changed but not its status, such as the day of delivery.',
    producer: 'shipping',
    inWhole: ['notification'],
    data: shipmentUpdatedData,
  },
  'shipping.shipment.status-changed': {
    ...order,
    summary: 'The parcel got further, is late, or was refused or called back.',
    producer: 'shipping',
    inWhole: ['order', 'inventory', 'notification', 'analytics'],
    data: shipmentStatusData,
  },
  'identity.user.created': { ...user, summary: 'Somebody registered.', version: 2, data: userData },
  'identity.user.updated': {
    ...user,
    summary: 'A user changed name, address, role or preferences.',
    version: 2,
    data: userData,
  },
  'identity.user.deactivated': {
    ...user,
    summary: 'A user is gone; where `forgotten`, for good.',
    inWhole: [...user.inWhole, 'recommendation'],
    version: 1,
    data: userDeactivatedData,
  },
  'inventory.saga.command': {
    ...command,
    summary: 'The orchestrated saga asks the inventory to reserve units or to give them back.',
    inWhole: ['inventory'],
    data: stockCommand,
  },
  'payment.saga.command': {
    ...command,
    summary: 'The orchestrated saga asks the payment service to charge or to refund.',
    inWhole: ['payment'],
    data: paymentCommand,
  },
  'shipping.saga.command': {
    ...command,
    summary: 'The orchestrated saga asks shipping to send the parcel or to call it back.',
    inWhole: ['shipping'],
    data: shippingCommand,
  },
  'inventory.saga.reply': {
    ...reply,
    summary: 'What became of a command to the inventory.',
    producer: 'inventory',
    data: stockReply,
  },
  'payment.saga.reply': {
    ...reply,
    summary: 'What became of a command to the payment service.',
    producer: 'payment',
    data: paymentReply,
  },
  'shipping.saga.reply': {
    ...reply,
    summary: 'What became of a command to shipping.',
    producer: 'shipping',
    data: shippingReply,
  },
} as const satisfies Record<string, EventType>
