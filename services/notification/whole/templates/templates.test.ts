import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Desk, type Kind, type Message, type TellingEvent, tell, tellingEvents } from '../../domain.ts'
import { happened } from '../telling.fixture.ts'
import { render, templates } from './render.ts'
import { html, oneLine, text } from './text.ts'

const reader = tell(happened('identity.user.created'), { told: undefined, reader: undefined }).state.reader
const desk: Desk = { told: undefined, reader }
const statuses = ['CREATED', 'PICKED_UP', 'IN_TRANSIT', 'DELAYED', 'DELIVERED', 'FAILED', 'CANCELLED']

/** Every message that any event can lead to. */
const messagesOf = (changes: object = {}): Message[] => {
  const events: TellingEvent[] = tellingEvents.flatMap((type) =>
    type === 'shipping.shipment.status-changed'
      ? statuses.map((status) => happened(type, { ...changes, status }))
      : [happened(type, type.startsWith('identity.') ? {} : changes)],
  )
  return events.flatMap((event) => tell(event, desk).emit)
}

test('given every event, when it becomes messages, then each kind of message comes up, and each has words', () => {
  const messages = messagesOf()
  const kinds = new Set(messages.map(({ kind }) => kind))
  assert.deepEqual([...kinds].sort(), (Object.keys(templates) as Kind[]).sort())
  for (const message of messages) {
    const { title, text: words, html: page } = render(message, { name: 'Ann' })
    for (const part of [title, words, page]) {
      if (part === null) continue
      assert.ok(part.trim() !== '')
      assert.doesNotMatch(part, /undefined|null|NaN|\[object|[{}$]|%[sd]/, `${message.kind} by ${message.way}`)
    }
    const about = 'orderId' in message.facts ? message.facts.orderId : String(message.facts.productId)
    assert.ok(`${title} ${words}`.includes(about), `${message.kind} by ${message.way} says what it is about`)
    assert.equal(title === null, message.way === 'sms')
    assert.equal(page === null, message.way !== 'email')
  }
})

test('given e-mails, when they are rendered, then they greet the reader in text and in HTML', () => {
  for (const message of messagesOf().filter(({ way, orderId }) => way === 'email' && orderId !== null)) {
    const words = render(message, { name: 'Ann & <Bob>' })
    assert.match(words.text, /^Dear Ann & <Bob>,\n/)
    assert.match(words.html!, /^<p>Dear Ann &amp; &lt;Bob&gt;,<\/p>\n/)
  }
})

const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    '<',
    '>',
    '"',
    "'",
    '&',
    '\r',
    '\n',
    '\0',
    '\u001b',
    '\u0085',
    '\u2028',
    '\u202e',
    '\u200b',
    '\ud800',
    ' ',
  ),
  minLength: 1,
  maxLength: 40,
})

const hidden = /[\p{Cc}\p{Zl}\p{Zp}\u202e\u200b]/u
const plain = new Map(messagesOf().map(({ kind, facts }) => [kind, facts]))

test('given hostile text in any field, when messages are rendered, then no header ends, no tag begins, and nothing hides', () => {
  fc.assert(
    fc.property(hostile, (nasty) => {
      const changes = {
        orderId: nasty,
        reason: nasty,
        note: nasty,
        carrier: nasty,
        trackingNumber: nasty,
        productId: nasty,
      }
      for (const message of messagesOf(changes)) {
        const { title, text: words, html: page } = render(message, { name: nasty })
        const usual = { ...message, facts: plain.get(message.kind)! } as Message
        assert.doesNotMatch(`${title}${words.replaceAll('\n', '')}`, hidden)
        assert.equal(words.split('\n').length, render(usual, { name: 'x' }).text.split('\n').length, 'no line more')
        if (page !== null) assert.doesNotMatch(page.replace(/<\/?(p|strong)>/g, ''), /[<>"']/)
        assert.ok((title ?? '').isWellFormed() && words.isWellFormed())
      }
    }),
    { numRuns: 60 },
  )
})

test('given a value of any length, when it is put in, then it is one line of bounded length', () => {
  assert.equal(oneLine('a\r\nBcc: all@example.org'), 'a Bcc: all@example.org')
  assert.equal(oneLine('x'.repeat(5_000)).length, 501)
  assert.equal(oneLine(19.9), '19.9')
  assert.equal(text`a ${'b\nc'} d`, 'a b c d')
  assert.equal(html`<p>${'<i>'}</p>`, '<p>&lt;i&gt;</p>')
})
