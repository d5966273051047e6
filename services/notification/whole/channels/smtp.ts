import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Narrator } from '../../../../kit/service/narrator.ts'
import type { Stored } from '../queue.ts'
import { oneLine } from '../templates/text.ts'
import type { Channel, Delivery, Letter } from './channel.ts'
import { headline } from './printing.ts'

export interface SmtpOptions {
  /** smtp://user:password@host:port, or smtps://… for TLS from the first byte. */
  readonly url: string
  /** The sender, such as `Shop <shop@example.org>`. */
  readonly from: string
  /** For one letter, from its turn to the server's yes. */
  readonly timeoutMs: number
  readonly narrator: Narrator
}

const connections = 5
const perConnection = 4

const address = z.email().max(254)

/** The same for every copy of a message, so that a mail program shows what came twice as one. */
export const messageIdOf = ({ id }: Pick<Stored, 'id'>): string =>
  `<${createHash('sha256').update(id).digest('hex').slice(0, 40)}@notification.saga-lab>`

interface SmtpError {
  readonly message?: string
  readonly responseCode?: number
  /** The command that was answered so. */
  readonly command?: string
}

/** Only what the server says of this letter, its sender or its recipient lasts; a wrong password is mended one day. */
const aboutTheLetter = /^(MAIL|RCPT|DATA)/

/** Servers like to repeat the address. */
const withoutAddresses = (text: string): string => oneLine(text.replace(/[^\s<>"']+@[^\s<>"']+/g, '…'))

export const toDelivery = (thrown: unknown): Delivery => {
  const { message = 'unknown', responseCode = 0, command = '' } = thrown as SmtpError
  const isLasting = responseCode >= 500 && aboutTheLetter.test(command)
  return { outcome: isLasting ? 'lasting' : 'passing', reason: withoutAddresses(message) }
}

/** Works through `items` with so many at a time. */
const inLanes = async <T, R>(items: readonly T[], lanes: number, work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}

/** E-mail by a real server. The library is loaded only here. */
export const bySmtp = async ({ url, from, timeoutMs, narrator }: SmtpOptions): Promise<Channel> => {
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: connections,
    // How often, and when, a letter is tried again is decided in one place, and noted there.
    maxRequeues: 0,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  // What goes wrong is told to whoever sends; a connection that idles and breaks is nobody's loss.
  transport.on('error', () => {})

  const send = async ({ message, words, to }: Letter): Promise<Delivery> => {
    const recipient = address.safeParse(to?.email)
    if (!recipient.success) return { outcome: 'lasting', reason: 'the user has no valid e-mail address' }
    try {
      await transport.sendMail({
        from,
        to: { name: oneLine(to?.name ?? ''), address: recipient.data },
        subject: words.title ?? '',
        text: words.text,
        html: words.html ?? '',
        messageId: messageIdOf(message),
        date: new Date(message.createdAt),
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(timeoutMs),
      })
    } catch (error) {
      return toDelivery(error)
    }
    narrator.say(`${headline(message)} by SMTP`)
    return { outcome: 'sent' }
  }

  return {
    address: 'email',
    atOnce: connections * perConnection,
    deliver: (letters) => inLanes(letters, connections, send),
    close: () => transport.close(),
  }
}
