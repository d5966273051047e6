import type { Template } from './template.ts'
import { html, text } from './text.ts'

export const stockDepleted: Template<'stock-depleted'> = {
  email: ({ productId }) => ({
    subject: text`Product ${productId} is sold out`,
    text: text`The last unit of product ${productId} is gone. Orders for it are cancelled until there is more.
`,
    html: html`<p>The last unit of product <strong>${productId}</strong> is gone. Orders for it are cancelled until there is more.</p>
`,
  }),
}
