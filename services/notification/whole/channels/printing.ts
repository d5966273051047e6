import type { Narrator } from '../../../../kit/service/narrator.ts'
import type { Kind } from '../../domain.ts'
import { emailWords } from '../../mail.ts'
import type { Stored } from '../queue.ts'
import { oneLine } from '../templates/text.ts'
import type { Channel, Letter } from './channel.ts'

const wordsOf = ({ kind, way }: Stored): string => {
  if (way === 'sms') return 'SMS Sent'
  if (way === 'push') return 'Push Sent'
  const words: Partial<Record<Kind, string>> = emailWords
  return words[kind] ?? 'Stock Alert'
}

/** What a message is about and whom it is for, by ids alone. */
export const headline = (message: Stored): string => {
  const about =
    'productId' in message.facts && message.orderId === null ? `product ${message.facts.productId}` : message.orderId
  const reader = message.orderId === null ? 'the administrator' : (message.userId ?? 'the customer')
  return oneLine(`${wordsOf(message)} ${about} to ${reader}`)
}

const lineOf = ({ message, words: { title, text } }: Letter): string =>
  `${headline(message)}: ${message.way === 'push' ? `${title}: ` : ''}${text}`

/** "Sends" by printing, as a lab's mail server does: one line a message. It counts as sent once the line has left this process. */
export const printing = (narrator: Narrator): Channel => ({
  address: null,
  atOnce: 500,
  deliver: async (letters) => {
    for (const letter of letters) narrator.say(lineOf(letter))
    await narrator.written()
    return letters.map(() => ({ outcome: 'sent' }))
  },
  close: () => {},
})
