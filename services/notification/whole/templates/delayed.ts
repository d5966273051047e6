import type { Template } from './template.ts'
import { text } from './text.ts'

export const delayed: Template<'delayed'> = {
  sms: ({ orderId, carrier, reason }) =>
    text`Your order ${orderId} is late: ${reason ?? `${carrier} did not say why`}.`,
  push: ({ orderId, carrier, reason }) => ({
    title: text`A little later`,
    body: text`Your order ${orderId} is late: ${reason ?? `${carrier} did not say why`}.`,
  }),
}
