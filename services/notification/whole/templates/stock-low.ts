import type { Template } from './template.ts'
import { html, text } from './text.ts'

export const stockLow: Template<'stock-low'> = {
  email: ({ productId, available, threshold }) => ({
    subject: text`Product ${productId} is running low`,
    text: text`${available} units of product ${productId} are left; it counts as low from ${threshold} down.
`,
    html: html`<p>${available} units of product <strong>${productId}</strong> are left; it counts as low from ${threshold} down.</p>
`,
  }),
}
