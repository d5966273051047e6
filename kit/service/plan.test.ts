import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decide } from './decision.ts'
import type { Envelope } from './envelope.ts'
import { keyedStates } from './keyed-states.ts'
import { type Inbound, planBatch } from './plan.ts'

type Added = Envelope<'added', { readonly key: string; readonly amount: number }>

const added = (eventId: string, key: string, amount = 1): Inbound<Added> => {
  const envelope = { timestamp: '2026-01-01T00:00:00Z', version: 1, source: 's', correlationId: key, causationId: null }
  const event: Added = { ...envelope, eventId, eventType: 'added', data: { key, amount } }
  return { key, record: recordOf(eventId), parsed: { ok: true, event } }
}
const recordOf = (trace: string) => ({
  topic: 'added',
  partition: 0,
  offset: 0n,
  key: null,
  value: null,
  headers: { traceparent: trace },
  timestamp: 0,
})
const unreadable = (key: string): Inbound<Added> => ({
  key,
  record: recordOf('x'),
  parsed: { ok: false, reason: 'not JSON' },
})

/** Sums up the amounts of a key; an amount below 0 is more than the handler can bear. */
const sum: Decide<number | undefined, Added, string> = ({ data }, total = 0) => {
  if (data.amount < 0) throw new Error('below 0')
  return { state: total + data.amount, emit: [`${data.key}=${total + data.amount}`] }
}

const planOf = (batch: readonly Inbound<Added>[], known: { seen?: string[]; blocked?: string[] } = {}) => {
  const states = keyedStates<Added, number>(({ data }) => data.key, [['a', 10]])
  const sets = { seen: new Set(known.seen ?? []), blocked: new Set(known.blocked ?? []) }
  const plan = planBatch({ batch, ...sets, states, decide: sum })
  return {
    plan,
    states,
    handled: plan.handled.map(({ event }) => event.eventId),
    said: plan.handled.flatMap(({ emit }) => emit),
    waiting: plan.setAside.map(({ event, error }) => [event.eventId, error?.message ?? null]),
    duplicates: plan.duplicates.map(({ eventId }) => eventId),
  }
}

test('given events of several keys, then each is decided on the state of its key as the batch has left it', () => {
  const { said, states } = planOf([added('1', 'a'), added('2', 'b'), added('3', 'a', 5)])
  assert.deepEqual(said, ['a=11', 'b=1', 'a=16'])
  assert.deepEqual(states.changed(), [16, 1])
})

test('given an event that the inbox knows, then it is a duplicate and changes nothing', () => {
  const { handled, duplicates, states } = planOf([added('1', 'a')], { seen: ['1'] })
  assert.deepEqual([handled, duplicates, states.changed()], [[], ['1'], []])
})

test('given the same event twice in one batch, then the second is a duplicate', () => {
  const { handled, duplicates } = planOf([added('1', 'a'), added('1', 'a')])
  assert.deepEqual([handled, duplicates], [['1'], ['1']])
})

test('given an event that throws, then the later ones of its key wait behind it, and other keys go on', () => {
  const { handled, waiting, states } = planOf([added('1', 'a', -1), added('2', 'b'), added('3', 'a'), added('4', 'b')])
  assert.deepEqual(handled, ['2', '4'])
  assert.deepEqual(waiting, [
    ['1', 'below 0'],
    ['3', null],
  ])
  assert.deepEqual(states.changed(), [2])
})

test('given an event that throws after others of its key, then those keep what they did', () => {
  const { handled, waiting, states } = planOf([added('1', 'a', 5), added('2', 'a', -1)])
  assert.deepEqual([handled, waiting, states.changed()], [['1'], [['2', 'below 0']], [15]])
})

test('given a key with parked events, then its new ones wait, though they would not fail', () => {
  const { handled, waiting } = planOf([added('1', 'a'), added('2', 'b')], { blocked: ['a'] })
  assert.deepEqual([handled, waiting], [['2'], [['1', null]]])
})

test('given a duplicate of a blocked key, then it is a duplicate and does not wait', () => {
  const { waiting, duplicates } = planOf([added('1', 'a')], { seen: ['1'], blocked: ['a'] })
  assert.deepEqual([waiting, duplicates], [[], ['1']])
})

test('given a record that cannot be read, then it is set apart with its reason, and the events of its key go on', () => {
  const { plan, handled } = planOf([unreadable('a'), added('1', 'a')])
  assert.deepEqual(
    plan.unreadable.map(({ reason }) => reason),
    ['not JSON'],
  )
  assert.deepEqual(handled, ['1'])
})

test('given a record with a trace, when it is handled, then its headers go with what it emits', () => {
  assert.deepEqual(planOf([added('1', 'a')]).plan.handled[0]?.headers, { traceparent: '1' })
})

test('given a handler that throws something that is no error, then it is made one', () => {
  const states = keyedStates<Added, number>(({ data }) => data.key, [])
  const decide = (): never => {
    throw 'a text'
  }
  const plan = planBatch({ batch: [added('1', 'a')], seen: new Set(), blocked: new Set(), states, decide })
  assert.deepEqual(plan.setAside[0]?.error, new Error('a text'))
})

test('given sets of known ids and keys, then a plan leaves them as they are', () => {
  const [seen, blocked] = [new Set<string>(), new Set<string>()]
  const states = keyedStates<Added, number>(({ data }) => data.key, [])
  planBatch({ batch: [added('1', 'a', -1)], seen, blocked, states, decide: sum })
  assert.deepEqual([seen.size, blocked.size], [0, 0])
})
