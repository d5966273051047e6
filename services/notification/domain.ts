import type { Decision } from '../../kit/service/decision.ts'
import type { EventOf } from '../contracts/catalogue.ts'

/** An e-mail to a customer. One of a kind for an order: the pair (orderId, kind) is its identity. */
export interface Mail {
  readonly orderId: string
  readonly kind: 'confirmation' | 'cancellation'
  readonly userId: string | null
  readonly text: string
}

/** The mails that an order has had so far. */
export type Mailbox = readonly Mail['kind'][]

export type NotificationEvent = EventOf<'stock-reserved' | 'order-cancelled'>

export const decide = (event: NotificationEvent, sent: Mailbox): Decision<Mailbox, Mail> => {
  const mail = event.eventType === 'stock-reserved' ? confirmation(event) : cancellation(event)
  // A confirmation that arrives behind its own cancellation would tell the customer something that is no longer true.
  const stale = mail.kind === 'confirmation' && sent.includes('cancellation')
  return sent.includes(mail.kind) || stale ? { state: sent, emit: [] } : { state: [...sent, mail.kind], emit: [mail] }
}

const confirmation = ({ data }: EventOf<'stock-reserved'>): Mail => ({
  orderId: data.orderId,
  kind: 'confirmation',
  userId: data.userId ?? null,
  text: `Your order ${data.orderId} is confirmed: ${data.quantity} × product ${data.productId}, ${data.amount} in all.`,
})

const cancellation = ({ data }: EventOf<'order-cancelled'>): Mail => ({
  orderId: data.orderId,
  kind: 'cancellation',
  userId: data.userId ?? null,
  text: `Your order ${data.orderId} was cancelled: ${data.reason}. What was paid goes back to you.`,
})
