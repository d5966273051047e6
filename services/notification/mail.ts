import type { Narrator } from '../../kit/service/narrator.ts'
import type { Publish } from '../../kit/service/relay.ts'
import type { NewOutboxRow } from '../../kit/store/ledger.ts'
import type { Mail } from './domain.ts'

/** The outbox "topic" under which mails wait: a mail leaves as an event does, at least once and never for work that was rolled back. */
export const mailTopic = 'mail:email'

export const toMailRow = (mail: Mail): NewOutboxRow => ({
  aggregateId: mail.orderId,
  topic: mailTopic,
  key: mail.orderId,
  payload: JSON.stringify(mail),
  headers: {},
})

export const emailWords: Readonly<Record<Mail['kind'], string>> = {
  confirmation: 'Email Sent',
  // The lab contract keeps the words of the confirmation for orders that went well.
  cancellation: 'Cancellation Notice',
}

/** "Sends" by printing, as a lab's mail server does: one line a mail. A mail that is not written yet is not sent, so a crash before that sends it again. */
export const mailByPrinting =
  (narrator: Narrator): Publish =>
  async (rows) => {
    for (const { payload } of rows) {
      const mail: Mail = JSON.parse(payload ?? '{}')
      narrator.say(`${emailWords[mail.kind]} ${mail.orderId} to ${mail.userId ?? 'the customer'}: ${mail.text}`)
    }
    await narrator.written()
  }
