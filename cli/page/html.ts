import { safe } from '../terminal/safe.ts'

/** A piece of HTML that is safe to use; made by `html` alone. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const CODES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Markup becomes text; what would hide or reorder text in a browser is shown as `\u{..}`, as in the terminal. */
export function escapeHtml(text: string): string {
  return safe(text).replace(/[&<>"']/g, (found) => CODES[found] ?? '')
}

type Piece = string | number | Html | readonly Html[]

/** Every value is escaped unless it is HTML made here: nothing can be forgotten. */
export function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Html {
  const text = (value: Piece | undefined): string => {
    if (value === undefined) return ''
    if (value instanceof Html) return value.text
    if (typeof value === 'object') return value.map((one) => one.text).join('\n')
    return escapeHtml(String(value))
  }
  return new Html(parts.map((part, at) => part + text(values[at])).join(''))
}

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1f; background: #fff }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d5d5dd; vertical-align: top }
td.n { text-align: right; white-space: nowrap }
progress { width: 12rem; accent-color: #14733b }
.pass { color: #14733b } .fail { color: #a8201a } .skipped { color: #5c5c66 } .kit-fault { color: #8a5a00 }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .2rem .8rem; margin: .4rem 0 1rem }
dt { color: #5c5c66 } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
code, pre { font-family: ui-monospace, monospace }
@media print { body { margin: 0 } }
`

/** One page that needs nothing from elsewhere: no script, no picture, no font. `style`: rules besides those of every page. */
export function page(facts: { title: string; generator: string; body: Html; style?: string }): string {
  const { title, generator, body, style = '' } = facts
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="${generator}">
<title>${title}</title>
<style>${new Html(STYLE + style)}</style>
</head>
<body>
${body}
</body>
</html>
`.text
}
