import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { until } from '../../../kit/kafka/scratch.ts'
import { type Stage, startStage } from './stage.ts'

/** What others write on its topics and ask at its door. */
let stage: Stage
before(async () => {
  stage = await startStage()
})
after(() => stage?.stop())

const order = (orderId: string) => ({ orderId, userId: 'ann', productId: 201, quantity: 2, amount: 20 })

const questions: readonly (readonly [string, string])[] = [
  ['limit=0', 'limit'],
  ['limit=a', 'limit'],
  ['limit=501', 'limit'],
  ['channel=pigeon', 'channel'],
  ['status=LOST', 'status'],
  [`orderId=${'x'.repeat(201)}`, 'orderId'],
  ['userId=', 'userId'],
]

it('given questions that make no sense, when they are asked, then the answer names the field', async () => {
  for (const [query, field] of questions) {
    const { status, body } = await stage.http.get(`/api/notifications?${query}`)
    assert.equal(status, 400, query)
    const { errors } = JSON.parse(body) as { errors: { field: string }[] }
    assert.deepEqual(
      errors.map((one) => one.field),
      [field],
      query,
    )
  }
  assert.equal((await stage.http.get('/api/notifications/nothing')).status, 404)
  assert.equal((await stage.http.get('/api/notifications/%E0%A4%A')).status, 400)
})

it('given records that are no events, when they come, then they are dead letters, and good ones behind them are told', async () => {
  const poison: readonly (string | null)[] = [
    '{',
    '[]',
    null,
    '{"eventId":"x","eventType":"order-cancelled","timestamp":"now","data":{}}',
  ]
  await stage.bus.send(poison.map((value) => ({ topic: 'order-cancelled', key: 'b-1', value })))
  await stage.bus.send([
    {
      topic: 'identity.user.created',
      key: 'u',
      value: JSON.stringify({
        eventId: 'u',
        eventType: 'identity.user.created',
        version: 3,
        timestamp: '2026-01-01T00:00:00Z',
        data: {},
      }),
    },
  ])
  await stage.publish('order-cancelled', { ...order('b-1'), reason: 'no stock' })
  await until(() => stage.printed('b-1', 'Cancellation Notice').length === 1, 'the good one')
  const letters = async (topic: string): Promise<number> => {
    let count = 0
    await stage.bus.read([topic], () => {
      count += 1
    })
    return count
  }
  await until(async () => (await letters('order-cancelled-dlq')) === 4, 'four dead letters')
  await until(async () => (await letters('identity.user.created-dlq')) === 1, 'and one')
})

it('given texts that would break a line or a terminal, when they are told, then each message is one harmless line', async () => {
  const orderId = 'b-2\r\nEmail Sent b-9\u001b[2J'
  await stage.publish('order.order.completed', order(orderId))
  await until(() => stage.printed('b-2', 'Email Sent').length === 1, 'the mail')
  assert.deepEqual(
    stage.lines.filter((line) => line.startsWith('Email Sent b-9')),
    [],
  )
  assert.ok(!stage.lines.some((line) => line.includes('\u001b')), 'no control characters')
})

it('given a user whose zone and hours are nonsense, when a parcel moves, then they hear of it', async () => {
  const preferences = {
    channels: ['sms'],
    quietHours: { from: '99:99', to: '07:00', timeZone: 'Mars/Phobos' },
  } as never
  const personal = { keyId: 'k', iv: 'aa', tag: 'bb', text: 'cc' }
  await stage.publish('identity.user.created', { userId: 'ann', role: 'customer', preferences, personal, revision: 1 })
  await until(
    async () => (await stage.bus.lag('notification-group')).every(({ lag }) => lag === 0n),
    'the user is read',
  )
  const parcel = { ...order('b-3'), shipmentId: 's', trackingNumber: 'T', carrier: 'C' }
  await stage.publish('shipping.shipment.status-changed', { ...parcel, from: null, status: 'IN_TRANSIT', reason: null })
  await until(() => stage.printed('b-3', 'SMS Sent').length === 1, 'the SMS')
})
