import type { ShippingEmission } from './domain.ts'

/** What is said to people about what was decided: a line each, none for an answer to another service. */
export const linesOf = ({ type, data }: ShippingEmission): string[] => {
  switch (type) {
    case 'shipping.shipment.created':
      return [`Shipment Created ${data.orderId} ${data.trackingNumber}`]
    case 'shipping.shipment.updated':
      return [`Shipment Updated ${data.orderId} deliver by ${data.deliverBy}`]
    case 'shipping.shipment.status-changed':
      return [`Shipment ${words[data.status] ?? data.status} ${data.orderId}${data.reason ? ` ${data.reason}` : ''}`]
    case 'shipping.saga.reply':
      return []
  }
}

const words: Readonly<Partial<Record<string, string>>> = {
  PICKED_UP: 'Picked Up',
  IN_TRANSIT: 'In Transit',
  DELAYED: 'Delayed',
  DELIVERED: 'Delivered',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
}
