import type { Kind, Message } from '../../domain.ts'
import { cancellation } from './cancellation.ts'
import { confirmation } from './confirmation.ts'
import { delayed } from './delayed.ts'
import { delivered } from './delivered.ts'
import { inTransit } from './in-transit.ts'
import { shipmentUpdated } from './shipment-updated.ts'
import { stockDepleted } from './stock-depleted.ts'
import { stockLow } from './stock-low.ts'
import { stockNormal } from './stock-normal.ts'
import type { EmailText, Salutation, Template } from './template.ts'

export const templates: { readonly [K in Kind]: Template<K> } = {
  confirmation,
  cancellation,
  'in-transit': inTransit,
  delayed,
  delivered,
  'shipment-updated': shipmentUpdated,
  'stock-low': stockLow,
  'stock-depleted': stockDepleted,
  'stock-normal': stockNormal,
}

/** A message in words. `title` is the subject of an e-mail and the heading of a push message; an SMS has none. */
export interface Rendered {
  readonly title: string | null
  readonly text: string
  /** Of e-mails alone. */
  readonly html: string | null
}

const ofEmail = ({ subject, text, html }: EmailText): Rendered => ({ title: subject, text, html })

/** Throws a TypeError for a kind that has no words for this way; the test of the templates holds that there is none such. */
export const render = ({ kind, way, facts }: Pick<Message, 'kind' | 'way' | 'facts'>, to: Salutation): Rendered => {
  // Which template goes with which facts is known by `kind` alone, and TypeScript cannot follow a pair of unions.
  const template = templates[kind] as Template<Kind>
  const given = facts as never
  if (way === 'email' && template.email !== undefined) return ofEmail(template.email(given, to))
  if (way === 'sms' && template.sms !== undefined) return { title: null, text: template.sms(given), html: null }
  if (way === 'push' && template.push !== undefined) {
    const { title, body } = template.push(given)
    return { title, text: body, html: null }
  }
  throw new TypeError(`There is no template for ${kind} by ${way}.`)
}
