import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** How the server answers: a status with words, `hang` (never), `drop` (closes the connection), or as `then` says. */
export type Behaviour = 'accept' | 'hang' | 'drop' | { readonly status: number; readonly words: string }

export interface Received {
  readonly to: readonly string[]
  readonly raw: string
  readonly messageId: string
  readonly subject: string
  /** What the server said to it. */
  readonly behaviour: Behaviour
}

export interface SmtpFixture {
  readonly url: string
  readonly port: number
  /** Every mail whose content came, in order, also those that were not accepted. */
  readonly received: Received[]
  /** Asked for each mail when its content is there, before it is answered. Default: accept. */
  onMail: (mail: Omit<Received, 'behaviour'>) => Behaviour | Promise<Behaviour>
  /** Asked for each recipient. Default: accept. */
  onRecipient: (address: string) => Behaviour
  /** Those that were accepted, to this address. */
  to(address: string): Received[]
  stop(): Promise<void>
}

const headerOf = (raw: string, name: string): string => {
  const unfolded = raw.replace(/\r\n[ \t]+/g, ' ')
  return new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? ''
}

const refusal = ({ status, words }: { status: number; words: string }): Error =>
  Object.assign(new Error(words), { responseCode: status })

/** A real SMTP server of its own, on this machine, that does as it is told. */
export const startSmtp = async (options: SMTPServerOptions = {}): Promise<SmtpFixture> => {
  const received: Received[] = []
  const fixture = {
    received,
    onMail: (() => 'accept') as SmtpFixture['onMail'],
    onRecipient: (() => 'accept') as SmtpFixture['onRecipient'],
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    ...options,
    onRcptTo: ({ address }, _session, done) => {
      const behaviour = fixture.onRecipient(address)
      if (behaviour === 'accept') done()
      else if (typeof behaviour === 'object') done(refusal(behaviour))
    },
    onData: (stream, session, done) => {
      const take = async (): Promise<void> => {
        const raw = await text(stream)
        const mail = {
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw,
          messageId: headerOf(raw, 'message-id'),
          subject: headerOf(raw, 'subject'),
        }
        const behaviour = await fixture.onMail(mail)
        received.push({ ...mail, behaviour })
        if (behaviour === 'accept') done()
        else if (behaviour === 'drop') for (const connection of server.connections) connection.close()
        else if (typeof behaviour === 'object') done(refusal(behaviour))
      }
      take().catch(() => {})
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return Object.assign(fixture, {
    port,
    url: `smtp://127.0.0.1:${port}`,
    to: (address: string) => received.filter((mail) => mail.behaviour === 'accept' && mail.to.includes(address)),
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  })
}
