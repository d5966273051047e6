import type { Template } from './template.ts'
import { text } from './text.ts'

/** The day as it is written in UTC: the time of day would promise more than a carrier does. */
const dayOf = (time: string): string => time.slice(0, 10)

export const shipmentUpdated: Template<'shipment-updated'> = {
  sms: ({ orderId, note, deliverBy }) =>
    text`News of your order ${orderId}: ${note} It is expected by ${dayOf(deliverBy)}.`,
  push: ({ orderId, note, deliverBy }) => ({
    title: text`Expected by ${dayOf(deliverBy)}`,
    body: text`Your order ${orderId}: ${note}`,
  }),
}
