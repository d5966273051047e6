import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { until } from '../../../kit/kafka/scratch.ts'
import { type Stage, startStage } from './stage.ts'

/** The whole shop's messages with nothing but a printer: what happens without SMTP_URL. */
let stage: Stage
before(async () => {
  stage = await startStage()
})
after(() => stage?.stop())

const order = (orderId: string, userId = 'ann') => ({ orderId, userId, productId: 201, quantity: 2, amount: 20 })
const parcel = (orderId: string, userId = 'ann') => ({
  ...order(orderId, userId),
  shipmentId: `s-${orderId}`,
  trackingNumber: 'T-1',
  carrier: 'Parcel',
})
const sealed = { keyId: 'k', iv: 'aa', tag: 'bb', text: 'cc' }
const user = (userId: string, preferences: object, revision = 1) =>
  ({ userId, role: 'customer', preferences, personal: sealed, revision }) as never

/** Until so many messages have come to an end, and those that were sent can be read. */
const settled = (count: number, orderId: string) =>
  until(async () => {
    const messages = await stage.messages(`orderId=${orderId}`)
    const sent = messages.filter(({ status }) => status === 'SENT').length
    const isOver = messages.length >= count && messages.every(({ status }) => status !== 'WAITING')
    return isOver && stage.printed(`${orderId} to `, 'Sent').length >= sent
  }, `${count} messages of order ${orderId} are settled`)

const allRead = () =>
  until(async () => (await stage.bus.lag('notification-group')).every(({ lag }) => lag === 0n), 'all is read')

it('given a completed order of somebody unknown, when its event comes, then one e-mail is printed, also when it comes again', async () => {
  await stage.publish('order.order.completed', order('p-1'), order('p-1'), { ...order('p-1'), eventId: 'again' })
  await stage.publish('order.order.completed', order('p-1-later'))
  await settled(1, 'p-1-later')
  await settled(1, 'p-1')
  await until(() => stage.printed('p-1-later', 'Email Sent').length === 1, 'the later mail')
  assert.equal(stage.printed('p-1 ', 'Email Sent').length, 1)
  const [mail] = await stage.messages('orderId=p-1')
  assert.equal(mail?.status, 'SENT')
  assert.match(mail?.text ?? '', /p-1 is confirmed: 2 × product 201, 20 in all/)
})

it('given a cancelled order, when its completion comes behind it, then there is one notice and no mail', async () => {
  await stage.publish('order-cancelled', { ...order('p-2'), reason: 'no stock' })
  await until(() => stage.printed('p-2', 'Cancellation Notice').length === 1, 'the notice')
  await stage.publish('order.order.completed', order('p-2'), order('p-2-later'))
  await until(() => stage.printed('p-2-later', 'Email Sent').length === 1, 'the later mail')
  assert.deepEqual(stage.printed('p-2 ', 'Email Sent'), [])
})

it('given users with wishes of their own, when a parcel moves, then each hears in the ways that they want', async () => {
  await stage.publish(
    'identity.user.created',
    user('sms-user', { channels: ['sms'], quietHours: null }),
    user('both-user', { channels: ['sms', 'push'], quietHours: null }),
    user('mail-user', { channels: ['email'], quietHours: null }),
  )
  await allRead()
  const move = { from: 'PICKED_UP', status: 'IN_TRANSIT', reason: null } as const
  await stage.publish(
    'shipping.shipment.status-changed',
    { ...parcel('m-1', 'sms-user'), ...move },
    { ...parcel('m-2', 'both-user'), ...move },
    { ...parcel('m-3', 'mail-user'), ...move },
    { ...parcel('m-4', 'nobody'), ...move },
  )
  await settled(2, 'm-2')
  await settled(1, 'm-1')
  const lines = [stage.printed('m-1', 'SMS Sent'), stage.printed('m-2', 'SMS Sent'), stage.printed('m-2', 'Push Sent')]
  assert.deepEqual(
    lines.map((found) => found.length),
    [1, 1, 1],
  )
  assert.deepEqual([...(await stage.messages('orderId=m-3')), ...(await stage.messages('orderId=m-4'))], [])
})

it('given a user who is always asleep, when a parcel moves, then SMS wait, and the stale one is dropped once they are awake', async () => {
  // Quiet but for the minute that has just begun: whenever this runs, it is quiet now, and for hours.
  const minute = (shift: number): string => new Date(Date.now() + shift * 60_000).toISOString().slice(11, 16)
  const quietHours = { from: minute(-60), to: minute(-120), timeZone: 'UTC' }
  await stage.publish('identity.user.created', user('sleeper', { channels: ['sms'], quietHours }))
  await allRead()
  const from = 'PICKED_UP' as const
  await stage.publish('shipping.shipment.status-changed', {
    ...parcel('q-1', 'sleeper'),
    from,
    status: 'IN_TRANSIT',
    reason: null,
    eventId: 'q-1-a',
  })
  await until(async () => (await stage.messages('orderId=q-1'))[0]?.reason === 'quiet hours', 'it waits')
  const [waiting] = await stage.messages('orderId=q-1')
  assert.equal(waiting?.status, 'WAITING')
  assert.ok(Date.parse(waiting!.dueAt) > Date.now() + 20 * 3_600_000, waiting!.dueAt)
  // It is in the database: a kill -9 forgets nothing of it.
  await stage.fleet.kill('notification')
  await stage.fleet.restart('notification')
  await stage.fleet.waitReady()
  await stage.publish('shipping.shipment.status-changed', {
    ...parcel('q-1', 'sleeper'),
    from,
    status: 'DELIVERED',
    reason: null,
    eventId: 'q-1-b',
  })
  await until(async () => (await stage.messages('orderId=q-1')).length === 2, 'the second waits, too')
  const preferences = { channels: ['sms'], quietHours: null }
  await stage.publish('identity.user.updated', user('sleeper', preferences, 2))
  await allRead()
  await settled(2, 'q-1')
  const byKind = Object.fromEntries((await stage.messages('orderId=q-1')).map((one) => [one.kind, one]))
  assert.deepEqual(
    [byKind['in-transit']?.status, byKind['in-transit']?.reason],
    ['DROPPED', 'stale: DELIVERED came since'],
  )
  assert.equal(byKind.delivered?.status, 'SENT')
  assert.deepEqual([stage.printed('q-1', 'on its way'), stage.printed('q-1', 'has arrived').length], [[], 1])
})

it('given a product that runs out, when its levels come, also twice, then the administrator hears of each crossing once', async () => {
  const level = { productId: 'p-77', available: 3, threshold: 10 }
  const crossing = (n: number) => ({ ...level, eventId: `stock-level-warning.p-77.${n}` })
  await stage.publish('stock-level-warning', crossing(1), crossing(1), crossing(3))
  await stage.publish('stock-depleted', { ...level, available: 0 })
  await stage.publish('stock-level-normalized', { ...level, available: 40 })
  await until(() => stage.printed('p-77', 'Stock Alert').length === 4, 'four alerts')
})
