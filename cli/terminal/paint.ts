import { randomBytes } from 'node:crypto'
import { Chalk } from 'chalk'

/**
 * Colour that survives the sink. A painted piece carries marks with a number drawn at start, which no outside text can know;
 * the sink escapes everything and then turns the marks into colour. So an event can never paint itself green.
 */
export interface Paint {
  good(text: string): string
  bad(text: string): string
  warn(text: string): string
  strong(text: string): string
  faint(text: string): string
  accent(text: string): string
  /** Opens `url` at a click, where the terminal is known to understand that; plain text elsewhere. */
  link(text: string, url: string): string
}

const STYLES = { good: 'green', bad: 'red', warn: 'yellow', strong: 'bold', faint: 'dim', accent: 'cyan' } as const
type Role = keyof typeof STYLES

const nonce = randomBytes(6).toString('hex')
const MARK = new RegExp(`\\ue000${nonce}:([a-z]+)(?:=([\\x21-\\x7e]*))?(\\+|-)\\ue001`, 'g')

export function createPaint(colour: boolean, links = false): Paint {
  const role = (name: Role) => (text: string) =>
    colour ? `\ue000${nonce}:${name}+\ue001${text}\ue000${nonce}:${name}-\ue001` : text
  return {
    good: role('good'),
    bad: role('bad'),
    warn: role('warn'),
    strong: role('strong'),
    faint: role('faint'),
    accent: role('accent'),
    link: (text, url) =>
      links ? `\ue000${nonce}:link=${new URL(url).href}+\ue001${text}\ue000${nonce}:link-\ue001` : text,
  }
}

/** The text without marks: what its width is counted on. */
export function unpainted(text: string): string {
  return text.replace(MARK, '')
}

/** Escapes what lies between the marks with `clean` and turns the marks into terminal colour. */
export function render(text: string, clean: (part: string) => string): string {
  let done = 0
  let shown = ''
  for (const mark of text.matchAll(MARK)) {
    shown += clean(text.slice(done, mark.index)) + sequence(mark[1] ?? '', mark[3] === '+', mark[2])
    done = mark.index + mark[0].length
  }
  return shown + clean(text.slice(done))
}

const chalk = new Chalk({ level: 1 })

/** OSC 8: the terminal's hyperlink. The address holds printable ASCII only: see MARK. */
const hyperlink = (url: string) => `\u001b]8;;${url}\u001b\\`

function sequence(role: string, opens: boolean, url = ''): string {
  if (role === 'link') return hyperlink(opens ? url : '')
  const [open = '', close = ''] = chalk[STYLES[role as Role]]('|').split('|')
  return opens ? open : close
}
