import type { Template } from './template.ts'
import { html, text } from './text.ts'

export const stockNormal: Template<'stock-normal'> = {
  email: ({ productId, available, threshold }) => ({
    subject: text`Product ${productId} is back in stock`,
    text: text`${available} units of product ${productId} can be sold again, more than the ${threshold} that count as low.
`,
    html: html`<p>${available} units of product <strong>${productId}</strong> can be sold again, more than the ${threshold} that count as low.</p>
`,
  }),
}
