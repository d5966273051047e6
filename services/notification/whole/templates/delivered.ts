import type { Template } from './template.ts'
import { text } from './text.ts'

export const delivered: Template<'delivered'> = {
  sms: ({ orderId, carrier }) => text`Your order ${orderId} has arrived. ${carrier} delivered it.`,
  push: ({ orderId }) => ({ title: text`Delivered`, body: text`Your order ${orderId} has arrived.` }),
}
