import type { Template } from './template.ts'
import { text } from './text.ts'

export const inTransit: Template<'in-transit'> = {
  sms: ({ orderId, carrier, trackingNumber }) =>
    text`Your order ${orderId} is on its way with ${carrier}, tracking number ${trackingNumber}.`,
  push: ({ orderId, carrier }) => ({
    title: text`On its way`,
    body: text`${carrier} has your order ${orderId}.`,
  }),
}
