import type { Template } from './template.ts'
import { html, text } from './text.ts'

export const cancellation: Template<'cancellation'> = {
  email: ({ orderId, reason }, { name }) => ({
    subject: text`Your order ${orderId} was cancelled`,
    text: text`Dear ${name},

your order ${orderId} was cancelled: ${reason}.
What was paid goes back to you.
`,
    html: html`<p>Dear ${name},</p>
<p>your order <strong>${orderId}</strong> was cancelled: ${reason}.</p>
<p>What was paid goes back to you.</p>
`,
  }),
}
