import assert from 'node:assert/strict'
import { after, before, beforeEach, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../../kit/kafka/scratch.ts'
import { type IdentityFixture, startIdentity } from './identity.fixture.ts'
import { type SmtpFixture, startSmtp } from './smtp.fixture.ts'
import { type Shown, type Stage, startStage } from './stage.ts'

/** E-mails by a real SMTP server, to addresses that are sealed in the users' events. */
let smtp: SmtpFixture
let identity: IdentityFixture
let stage: Stage

before(async () => {
  smtp = await startSmtp()
  identity = await startIdentity()
  stage = await startStage({
    ...{ SMTP_URL: smtp.url, SMTP_TIMEOUT_MS: '1500', IDENTITY_URL: identity.url, ADMIN_EMAIL: 'boss@shop.example' },
    ...{ MESSAGE_RETRIES: '3' },
  })
})
after(async () => {
  await stage?.stop()
  identity?.stop()
  await smtp?.stop()
})
beforeEach(() => {
  smtp.onMail = () => 'accept'
  smtp.onRecipient = () => 'accept'
  identity.down = false
})

const order = (orderId: string, userId: string) => ({ orderId, userId, productId: 201, quantity: 2, amount: 20 })
const allRead = () =>
  until(async () => (await stage.bus.lag('notification-group')).every(({ lag }) => lag === 0n), 'all is read')

/** A user of this name with an address, whose events have been read. */
const register = async (
  userId: string,
  name: string | null = 'Ann',
  email: string | null = `${userId}@example.org`,
) => {
  const personal = identity.register(userId, { name, email, phone: null }) as never
  const preferences = { channels: ['email'], quietHours: null } as never
  await stage.publish('identity.user.created', { userId, role: 'customer', preferences, personal, revision: 1 })
  await allRead()
  return `${userId}@example.org`
}
const complete = (orderId: string, userId: string) => stage.publish('order.order.completed', order(orderId, userId))

const messageOf = async (orderId: string): Promise<Shown | undefined> => (await stage.messages(`orderId=${orderId}`))[0]
const becomes = async (orderId: string, status: string): Promise<Shown> => {
  await until(async () => (await messageOf(orderId))?.status === status, `the mail of ${orderId} is ${status}`)
  return (await messageOf(orderId))!
}

it('given a user with an address, when the order completes, then one e-mail in text and HTML comes to it, with the name', async () => {
  const address = await register('u1', 'Zoë “Z” O’Neil')
  await complete('s-1', 'u1')
  await becomes('s-1', 'SENT')
  const [mail, ...more] = smtp.to(address)
  assert.deepEqual(more, [])
  assert.match(mail!.subject, /^Your order s-1 is confirmed$/)
  assert.match(mail!.raw, /^From: Saga Lab <shop@saga-lab\.example>\r$/m)
  assert.match(mail!.raw, /^Auto-Submitted: auto-generated\r$/m)
  assert.match(mail!.raw, /multipart\/alternative/)
  assert.match(mail!.raw.replace(/=\r\n/g, ''), /Dear Zo=C3=AB/)
  assert.match(mail!.messageId, /^<[0-9a-f]{40}@notification\.saga-lab>$/)
  assert.ok(!stage.lines.some((line) => line.includes(address)), 'no address is printed')
})

it('given a name and an order full of line ends, when they are mailed, then no header and no recipient is added', async () => {
  const evil = 'x\r\nBcc: victim@example.org\r\n\r\nBody'
  const address = await register('u-evil', evil)
  await stage.publish('order-cancelled', { ...order('s-evil', 'u-evil'), reason: evil })
  await becomes('s-evil', 'SENT')
  const [mail] = smtp.to(address)
  assert.deepEqual(mail?.to, [address])
  assert.doesNotMatch(mail!.raw, /^bcc:/im)
})

it('given a server that says "later", when it takes the mail then, then it was tried again and came once, under one Message-ID', async () => {
  const address = await register('u2')
  let refusals = 2
  smtp.onMail = () => (refusals-- > 0 ? { status: 451, words: `Greylisted, <${address}> try later` } : 'accept')
  await complete('s-2', 'u2')
  const message = await becomes('s-2', 'SENT')
  assert.equal(message.attempts, 3)
  assert.equal(smtp.to(address).length, 1)
  const tries = smtp.received.filter(({ to }) => to.includes(address))
  assert.deepEqual([tries.length, new Set(tries.map(({ messageId }) => messageId)).size], [3, 1])
})

it('given a server that refuses the recipient for good, when the mail is refused, then it is not tried again, and the reason names no address', async () => {
  const address = await register('u3')
  let asked = 0
  smtp.onRecipient = (to) => {
    if (to !== address) return 'accept'
    asked += 1
    return { status: 550, words: `<${address}> unknown here` }
  }
  await complete('s-3', 'u3')
  const message = await becomes('s-3', 'FAILED')
  await pause(500)
  assert.deepEqual([asked, message.attempts], [1, 1])
  assert.match(message.reason ?? '', /550 .*unknown here/)
  assert.ok(!message.reason?.includes('example.org'), message.reason ?? '')
})

it('given a message that was given up, when it is sent again on demand, then it goes out; a second demand at once is refused', async () => {
  const address = await register('u4')
  smtp.onRecipient = (to) => (to === address ? { status: 450, words: 'mailbox busy' } : 'accept')
  await complete('s-4', 'u4')
  const given = await becomes('s-4', 'FAILED')
  assert.match(given.reason ?? '', /^given up after 4 tries: .*mailbox busy/)
  smtp.onRecipient = () => 'accept'
  smtp.onMail = () => 'hang'
  const door = `/api/notifications/${encodeURIComponent(given.id)}`
  const resend = await stage.http.post(`${door}/resend`, '{}')
  assert.equal(resend.status, 202, resend.body)
  assert.equal((await stage.http.post(`${door}/resend`, '{}')).status, 409)
  smtp.onMail = () => 'accept'
  await becomes('s-4', 'SENT')
  assert.equal(JSON.parse((await stage.http.get(door)).body).status, 'SENT')
  assert.equal(smtp.to(address).length, 1)
  assert.equal((await stage.http.post('/api/notifications/nothing/resend', '{}')).status, 404)
})

it('given a server that hangs or drops the connection, when it comes to itself, then the mail has come; other channels did not wait', async () => {
  const address = await register('u5')
  let trouble: ('hang' | 'drop')[] = ['hang', 'drop']
  smtp.onMail = () => trouble.shift() ?? 'accept'
  await stage.publish('identity.user.updated', {
    ...{ userId: 'u5', role: 'customer', revision: 2 },
    preferences: { channels: ['email', 'sms'], quietHours: null },
    personal: identity.register('u5', { name: 'Ann', email: address, phone: null }),
  } as never)
  await allRead()
  await complete('s-5', 'u5')
  const parcel = { ...order('s-5b', 'u5'), shipmentId: 's', trackingNumber: 'T', carrier: 'C' }
  await stage.publish('shipping.shipment.status-changed', { ...parcel, from: null, status: 'IN_TRANSIT', reason: null })
  await until(() => stage.printed('s-5b', 'SMS Sent').length === 1, 'the SMS')
  assert.equal((await messageOf('s-5'))?.status, 'WAITING', 'the e-mail still hangs')
  await becomes('s-5', 'SENT')
  trouble = []
  assert.equal(smtp.to(address).length, 1)
})

it('given an identity service that is down, when an order completes, then its mail waits, however long, and goes out once identity is back', async () => {
  const address = await register('u6')
  identity.down = true
  await complete('s-6', 'u6')
  await until(async () => /waits for identity|status 503/.test((await messageOf('s-6'))?.reason ?? ''), 'it waits')
  assert.equal((await messageOf('s-6'))?.attempts, 0)
  identity.down = false
  await becomes('s-6', 'SENT')
  assert.equal(smtp.to(address).length, 1)
})

it('given a user whose key is deleted, when an order ends, then no mail goes out, and the reason is noted', async () => {
  const address = await register('u7')
  identity.forget('u7')
  await complete('s-7', 'u7')
  const message = await becomes('s-7', 'DROPPED')
  assert.equal(message.reason, 'the user is forgotten')
  assert.deepEqual(smtp.to(address), [])
})

it('given a user without an address, when an order ends, then the mail is given up; somebody unknown has it printed', async () => {
  await register('u8', 'Ann', null)
  await complete('s-8', 'u8')
  assert.equal((await becomes('s-8', 'FAILED')).reason, 'the user has no valid e-mail address')
  await complete('s-8b', 'who-knows')
  await becomes('s-8b', 'SENT')
  await until(() => stage.printed('s-8b', 'Email Sent').length === 1, 'the printed mail')
})

it('given many orders of one user, when they complete, then each has its mail, and identity was asked once', async () => {
  const address = await register('u9')
  const before = identity.keysGiven
  await stage.publish('order.order.completed', ...Array.from({ length: 60 }, (_, i) => order(`s-9-${i}`, 'u9')))
  await until(() => smtp.to(address).length === 60, 'sixty mails')
  assert.equal(new Set(smtp.to(address).map(({ messageId }) => messageId)).size, 60)
  assert.equal(identity.keysGiven - before, 1)
})

it('given a product that runs low, when it does, then the administrator gets a mail', async () => {
  await stage.publish('stock-level-warning', { productId: 'p-5', available: 2, threshold: 10 })
  await until(() => smtp.to('boss@shop.example').length === 1, 'the alert')
  assert.equal(smtp.to('boss@shop.example')[0]?.subject, 'Product p-5 is running low')
})

it('given all of this, when the counts are read, then they say what became of the messages', async () => {
  const { body } = await stage.http.get('/metrics')
  for (const outcome of ['sent', 'retried', 'failed', 'dropped', 'postponed'])
    assert.match(body, new RegExp(`notification_messages_total\\{channel="email",outcome="${outcome}"[^}]*\\} [1-9]`))
})
