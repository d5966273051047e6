import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { createNarrator } from '../../kit/service/narrator.ts'
import { mailByPrinting, toMailRow } from './mail.ts'

test('given an output that is slow, when mails are sent, then they count as sent once they are written, and not before', async () => {
  const written: string[] = []
  const gate = Promise.withResolvers<void>()
  const slow = new Writable({
    write: (chunk, _encoding, done) => {
      void gate.promise.then(() => {
        written.push(String(chunk))
        done()
      })
    },
  })
  const mail = { orderId: 'o-1', kind: 'confirmation', userId: null, text: 'It is yours.' } as const
  let sent = false
  const sending = mailByPrinting(createNarrator(slow))([{ ...toMailRow(mail), id: 1, createdAt: 0 }]).then(() => {
    sent = true
  })
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  assert.equal(sent, false)
  gate.resolve()
  await sending
  assert.deepEqual(written, ['Email Sent o-1 to the customer: It is yours.\n'])
})
