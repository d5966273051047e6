import { isOver, type Message, type Reader, type Told, wants } from '../domain.ts'
import { quietUntil } from './quiet-hours.ts'

/** What is to become of a message whose time has come. */
export type Verdict =
  | { readonly do: 'send' }
  /** Times in ms since 1970. */
  | { readonly do: 'wait'; readonly until: number; readonly reason: string }
  | { readonly do: 'drop'; readonly reason: string }

/** Why a message waits that nobody has tried to send; it may be due earlier once its reader's wishes change. */
export const quietHoursReason = 'quiet hours'

const statusOf = (message: Message): string | null => ('status' in message.facts ? message.facts.status : null)

/** What came since and made the message untrue; null while it is still true. */
const overtakenBy = (message: Message, told: Told | undefined): string | null => {
  if (told === undefined || message.kind === 'confirmation' || message.kind === 'cancellation') return null
  if (told.mails.includes('cancellation')) return 'the order was cancelled'
  if (message.kind === 'shipment-updated') {
    if (isOver(told)) return `${told.shipment} came`
    return told.changes > message.change ? 'a newer change came' : null
  }
  return told.shipment === null || told.shipment === statusOf(message) ? null : `${told.shipment} came`
}

/** E-mails go at any hour. What rings or buzzes is only for who wants it, outside of their quiet hours, and while it is still true. */
export const judge = (message: Message, reader: Reader | undefined, told: Told | undefined, now: number): Verdict => {
  if (reader?.status === 'forgotten') return { do: 'drop', reason: 'the user is forgotten' }
  if (message.way === 'email') return { do: 'send' }
  const overtaken = overtakenBy(message, told)
  if (overtaken !== null) return { do: 'drop', reason: `stale: ${overtaken} since` }
  if (!wants(reader, message.way)) return { do: 'drop', reason: `the user does not want to hear by ${message.way}` }
  const quiet = reader?.preferences.quietHours
  const until = quiet ? quietUntil(quiet, now) : null
  return until === null ? { do: 'send' } : { do: 'wait', until, reason: quietHoursReason }
}
