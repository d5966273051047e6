import type { Template } from './template.ts'
import { html, text } from './text.ts'

export const confirmation: Template<'confirmation'> = {
  email: ({ orderId, quantity, productId, amount, trackingNumber = 'to follow' }, { name }) => ({
    subject: text`Your order ${orderId} is confirmed`,
    text: text`Dear ${name},

your order ${orderId} is confirmed: ${quantity} × product ${productId}, ${amount} in all.
It is on its way to you. Tracking number: ${trackingNumber}.
`,
    html: html`<p>Dear ${name},</p>
<p>your order <strong>${orderId}</strong> is confirmed: ${quantity} × product ${productId}, ${amount} in all.</p>
<p>It is on its way to you. Tracking number: ${trackingNumber}.</p>
`,
  }),
}
