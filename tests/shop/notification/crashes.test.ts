import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, it } from 'node:test'
import { until } from '../../../kit/kafka/scratch.ts'
import { type IdentityFixture, startIdentity } from './identity.fixture.ts'
import { type Behaviour, type SmtpFixture, startSmtp } from './smtp.fixture.ts'
import { type Stage, startStage } from './stage.ts'

/** Two instances on one database, and a mail server that sees what really goes out. */
let smtp: SmtpFixture
let identity: IdentityFixture
let stage: Stage
const address = 'ann@example.org'

before(async () => {
  smtp = await startSmtp()
  identity = await startIdentity()
  const env = { SMTP_URL: smtp.url, SMTP_TIMEOUT_MS: '20000', IDENTITY_URL: identity.url }
  stage = await startStage(env, { instances: 2 })
  const personal = identity.register('ann', { name: 'Ann', email: address, phone: null }) as never
  const preferences = { channels: [], quietHours: null } as never
  await stage.publish('identity.user.created', { userId: 'ann', role: 'customer', preferences, personal, revision: 1 })
  await until(
    async () => (await stage.bus.lag('notification-group')).every(({ lag }) => lag === 0n),
    'the user is read',
  )
})
after(async () => {
  await stage?.stop()
  identity?.stop()
  await smtp?.stop()
})

const order = (orderId: string) => ({ orderId, userId: 'ann', productId: 201, quantity: 2, amount: 20 })
const sentOf = async (ids: readonly string[], instance = 0) => {
  const messages = await Promise.all(ids.map((id) => stage.messages(`orderId=${id}`, instance)))
  return messages.flat().filter(({ status }) => status === 'SENT').length
}
/** The instance that has the mail of this order in hand, as their database says. */
const ownerOf = (orderId: string): number => {
  const database = new DatabaseSync(path.join(stage.dir, 'data', 'notification.db'), { readOnly: true })
  const row = database.prepare('select owner from messages where order_id = ?').get(orderId)
  database.close()
  return Number(/^notification-(\d)$/.exec(String(row?.owner))?.[1])
}
const bothBack = async () => {
  for (const instance of [0, 1]) await stage.fleet.restart('notification', instance)
  await stage.fleet.waitReady(60_000)
}
const kill = () => Promise.all([0, 1].map((instance) => stage.fleet.kill('notification', instance)))

it('given two instances, when many orders end and each event comes twice, then each order has one mail, and no more', async () => {
  const ids = Array.from({ length: 200 }, (_, i) => `two-${i}`)
  await stage.publish('order.order.completed', ...ids.map(order), ...ids.map(order))
  await until(async () => (await sentOf(ids.slice(-5))) === 5 && smtp.to(address).length >= 200, 'all mails', 60_000)
  await until(async () => (await sentOf(ids)) === 200, 'all are noted as sent')
  const subjects = smtp.to(address).map(({ subject }) => subject)
  assert.deepEqual([subjects.length, new Set(subjects).size], [200, 200])
  const shares = stage.lines.filter((line) => line.includes('Email Sent two-'))
  await until(
    () => shares.length === 200 || stage.lines.filter((line) => line.includes('Email Sent two-')).length === 200,
    'lines',
  )
})

it('given a mail that the server has just taken, when the process is killed before it notes so, then at most one copy follows, under the same Message-ID', async () => {
  const gate = Promise.withResolvers<void>()
  smtp.onMail = async ({ subject }): Promise<Behaviour> => {
    if (subject.includes('kill-1')) {
      // The server has all of the mail now; what it answers nobody hears any more.
      await kill()
      gate.resolve()
    }
    return 'accept'
  }
  await stage.publish('order.order.completed', order('kill-1'))
  await gate.promise
  smtp.onMail = () => 'accept'
  await bothBack()
  await until(async () => (await sentOf(['kill-1'])) === 1, 'the mail is noted as sent', 60_000)
  const copies = smtp.received.filter(({ subject }) => subject.includes('kill-1'))
  assert.ok(copies.length >= 1 && copies.length <= 2, `${copies.length} copies`)
  assert.equal(new Set(copies.map(({ messageId }) => messageId)).size, 1)
})

it('given both processes killed again and again while mails go out, when all is well again, then none is lost, and copies share their Message-ID', async () => {
  const ids = Array.from({ length: 300 }, (_, i) => `storm-${i}`)
  let arrived = 0
  const enough = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
  smtp.onMail = ({ subject }) => {
    if (subject.includes('storm-')) arrived += 1
    if (arrived > 40) enough[0].resolve()
    if (arrived > 140) enough[1].resolve()
    return 'accept'
  }
  await stage.publish('order.order.completed', ...ids.map(order))
  for (const { promise } of enough) {
    await promise
    await kill()
    await bothBack()
  }
  await until(async () => (await sentOf(ids)) === 300, 'all are noted as sent', 90_000)
  const mails = smtp.received.filter(({ subject }) => subject.includes('storm-'))
  const bySubject = new Map<string, Set<string>>()
  for (const { subject, messageId } of mails)
    bySubject.set(subject, (bySubject.get(subject) ?? new Set()).add(messageId))
  assert.equal(bySubject.size, 300)
  assert.ok([...bySubject.values()].every((messageIds) => messageIds.size === 1))
  // Only what was on its way at a kill can come twice: five connections an instance, and the round that was not noted yet.
  assert.ok(mails.length - 300 <= 2 * 2 * 20, `${mails.length - 300} copies`)
})

it('given an instance that is gone for good, when it had a mail in hand, then the other one sends it', async () => {
  const hanging = Promise.withResolvers<void>()
  let hung = 0
  smtp.onMail = ({ subject }) => {
    if (!subject.includes('gone-1') || hung++ > 0) return 'accept'
    hanging.resolve()
    return 'hang'
  }
  await stage.publish('order.order.completed', order('gone-1'))
  await hanging.promise
  const holder = ownerOf('gone-1')
  await stage.fleet.kill('notification', holder)
  await until(async () => (await sentOf(['gone-1'], 1 - holder)) === 1, 'the other one has sent it', 60_000)
  assert.equal(
    smtp.received.filter(({ subject, behaviour }) => subject.includes('gone-1') && behaviour === 'accept').length,
    1,
  )
})
