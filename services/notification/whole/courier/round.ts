import type { Personal } from '../../../contracts/sealed.ts'
import type { Reader, Told } from '../../domain.ts'
import type { Channel, Delivery, Letter } from '../channels/channel.ts'
import type { End, Queue, Stored } from '../queue.ts'
import { render } from '../templates/render.ts'
import { judge } from '../verdict.ts'
import type { Contacts } from './contacts.ts'
import { afterObstacle, afterTry, dropped, type Patience, postponed } from './outcome.ts'

export interface RoundOptions {
  readonly channel: Channel
  /** For what has no address: a customer that nobody knows. */
  readonly printer: Channel
  readonly queue: Pick<Queue, 'readers' | 'told'>
  readonly contacts: Contacts | null
  /** Where alerts go; null: nobody wants them by this channel. */
  readonly admin: Personal | null
  readonly patience: Patience
  readonly now: () => number
  readonly random: () => number
}

type Sorted = { readonly end: End } | { readonly letter: Letter; readonly by: Channel }

const named = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))]

/** Decides what becomes of the messages in hand, sends those that may go, and says how each one ended. Never rejects. */
export const createRound = (options: RoundOptions): ((messages: readonly Stored[]) => Promise<End[]>) => {
  const { channel, printer, queue, contacts, admin, patience, now, random } = options
  const moment = () => ({ now: now(), random })

  const letterTo = (message: Stored, to: Personal | null, by: Channel): Sorted => {
    const name = to?.name ?? 'customer'
    return { letter: { message, to, words: render(message, { name }) }, by }
  }

  const address = async (message: Stored, reader: Reader | undefined): Promise<Sorted> => {
    if (channel.address === null) return letterTo(message, null, channel)
    if (message.orderId === null) {
      return admin === null
        ? { end: dropped(message, 'nobody is named whom alerts go to', now()) }
        : letterTo(message, admin, channel)
    }
    if (reader === undefined || contacts === null) return letterTo(message, null, printer)
    const contact = await contacts.of(reader)
    if ('gone' in contact) return { end: dropped(message, contact.gone, now()) }
    return letterTo(message, contact.found, channel)
  }

  const sort = async (message: Stored, reader: Reader | undefined, told: Told | undefined): Promise<Sorted> => {
    const verdict = judge(message, reader, told, now())
    if (verdict.do === 'drop') return { end: dropped(message, verdict.reason, now()) }
    if (verdict.do === 'wait') return { end: postponed(message, verdict.until, verdict.reason) }
    try {
      return await address(message, reader)
    } catch (error) {
      return { end: afterObstacle(message, (error as Error).message, moment()) }
    }
  }

  const deliver = async (by: Channel, sorted: readonly Sorted[]): Promise<End[]> => {
    const letters = sorted.flatMap((one) => ('letter' in one && one.by === by ? [one.letter] : []))
    if (letters.length === 0) return []
    const failed = (error: unknown): Delivery[] =>
      letters.map(() => ({ outcome: 'passing', reason: (error as Error).message }))
    const deliveries = await by.deliver(letters).catch(failed)
    return letters.map(({ message }, i) => afterTry(message, deliveries[i]!, patience, moment()))
  }

  const round = async (messages: readonly Stored[]): Promise<End[]> => {
    const readers = await queue.readers(named(messages.map(({ userId }) => userId)))
    const told = await queue.told(named(messages.map(({ orderId, way }) => (way === 'email' ? null : orderId))))
    const sorted = await Promise.all(
      messages.map((message) => sort(message, readers.get(message.userId ?? ''), told.get(message.orderId ?? ''))),
    )
    const channels = channel === printer ? [channel] : [channel, printer]
    const sent = await Promise.all(channels.map((by) => deliver(by, sorted)))
    return [...sorted.flatMap((one) => ('end' in one ? [one.end] : [])), ...sent.flat()]
  }

  return (messages) =>
    round(messages).catch((error: Error) => messages.map((message) => afterObstacle(message, error.message, moment())))
}
