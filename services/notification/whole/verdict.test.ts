import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Desk, type Message, type Reader, type Told, tell } from '../domain.ts'
import { happened } from './telling.fixture.ts'
import { judge } from './verdict.ts'

const nobody: Desk = { told: undefined, reader: undefined }
const reader = tell(happened('identity.user.created'), nobody).state.reader!
const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' }
const sleeper: Reader = { ...reader, preferences: { ...reader.preferences, quietHours: night } }
const at = (time: string): number => Date.parse(time)
const midnight = at('2026-03-28T23:00:00Z')
const noon = at('2026-03-29T10:00:00Z')

/** The SMS about an event, and what was told of its order by then. */
const sms = (...events: Parameters<typeof happened>[]): { message: Message; told: Told } => {
  let desk: Desk = { told: undefined, reader }
  let message: Message | undefined
  for (const event of events) {
    const { state, emit } = tell(happened(...event), desk)
    desk = state
    message ??= emit.find(({ way }) => way === 'sms')
  }
  return { message: message!, told: desk.told! }
}
const moved = (status: string): Parameters<typeof happened> => ['shipping.shipment.status-changed', { status }]
const changed: Parameters<typeof happened> = ['shipping.shipment.updated']

test('given a user who sleeps, when an SMS is due, then it waits for the morning of that place, in the night of the change of clocks, too', () => {
  const { message, told } = sms(moved('IN_TRANSIT'))
  assert.deepEqual(judge(message, sleeper, told, midnight), {
    do: 'wait',
    until: at('2026-03-29T05:00:00Z'),
    reason: 'quiet hours',
  })
  assert.deepEqual(judge(message, sleeper, told, noon), { do: 'send' })
  assert.deepEqual(judge(message, reader, told, midnight), { do: 'send' }, 'who knows no quiet hours')
})

test('given a user who sleeps, when an e-mail is due, then it does not wait', () => {
  const [mail] = tell(happened('order.order.completed'), { told: undefined, reader: sleeper }).emit
  assert.deepEqual(judge(mail!, sleeper, undefined, midnight), { do: 'send' })
})

const stale: readonly (readonly [string, Parameters<typeof happened>[], string])[] = [
  ['the parcel arrives', [moved('IN_TRANSIT'), moved('DELIVERED')], 'stale: DELIVERED came since'],
  ['the parcel is late', [moved('IN_TRANSIT'), moved('DELAYED')], 'stale: DELAYED came since'],
  ['the order is cancelled', [moved('IN_TRANSIT'), ['order-cancelled']], 'stale: the order was cancelled since'],
  ['another change comes', [changed, changed], 'stale: a newer change came since'],
  ['the changed parcel arrives', [changed, moved('DELIVERED')], 'stale: DELIVERED came since'],
]
for (const [name, events, reason] of stale) {
  test(`given an SMS that waits, when ${name}, then it is dropped with that reason`, () => {
    const { message, told } = sms(...events)
    assert.deepEqual(judge(message, reader, told, noon), { do: 'drop', reason })
  })
}

test('given an SMS that waits, when only something else changes, then it is still true', () => {
  const { message, told } = sms(moved('IN_TRANSIT'), changed)
  assert.deepEqual(judge(message, reader, told, noon), { do: 'send' })
})

test('given a user who has changed their mind, when an SMS is due, then it is dropped', () => {
  const { message, told } = sms(moved('IN_TRANSIT'))
  const changedMind: Reader = { ...reader, preferences: { ...reader.preferences, channels: ['email'] } }
  assert.deepEqual(judge(message, changedMind, told, noon), {
    do: 'drop',
    reason: 'the user does not want to hear by sms',
  })
})

test('given a user who was forgotten, when anything is due, then nothing is sent, e-mails neither', () => {
  const forgotten: Reader = { ...reader, status: 'forgotten', personal: null }
  const [mail] = tell(happened('order-cancelled'), nobody).emit
  assert.deepEqual(judge(mail!, forgotten, undefined, noon), { do: 'drop', reason: 'the user is forgotten' })
})
