import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomeOf, saidLines, sampleHistory } from '../../cli/check/sample-history.ts'
import { checks } from './checks.ts'

const few = ['a', 'b'].map((orderId) => ({
  eventType: 'order-created',
  data: { orderId, productId: 201, quantity: 1, amount: 5 },
}))
const eventOf = (input: (typeof few)[number], i: number) => ({
  ...input,
  eventId: `e-${i}`,
  timestamp: '2026-01-01T00:00:00Z',
})

const judged = (...values: object[]) => {
  const lines = saidLines(...values.map((value) => JSON.stringify(value)))
  const exit = { at: 1, code: 0, signal: null }
  return outcomeOf(checks, 'C1', sampleHistory({ few }, { processes: [{ name: 'few', lines, exit }] }))
}
const [one, two] = few.map(eventOf) as [object, object]

test('given a log beside the events, when judged, then its lines are not taken for events', () => {
  const log = { level: 'info', timestamp: '2026-01-01T00:00:00Z', eventId: 'e-0', msg: 'made an event' }
  assert.equal(judged(log, one, log, two), 'pass')
  assert.equal(judged({ level: 'info', msg: 'starting' }, one, two), 'pass')
})

test('given events that are missing, too many or lack a field, when judged, then C1 says so', () => {
  assert.equal(judged(one), 'event.count')
  assert.equal(judged(one, two, two), 'event.count')
  assert.equal(judged(...few), 'event.envelope')
  assert.equal(judged(...few.map((input, i) => ({ ...eventOf(input, i), eventId: undefined }))), 'event.envelope')
})

test('given a first run that never ends, when the second is left out, then that is told of both, and both are tried again', () => {
  const run = { name: 'few', exit: { at: 60_000, code: null, signal: 'SIGKILL' }, ended: 'deadline' as const }
  const history = sampleHistory({ few, many: 1_000, began: 0, ended: 1 }, { processes: [run] })
  assert.equal(outcomeOf(checks, 'C1', history), 'event.never-ends')
  assert.equal(outcomeOf(checks, 'C2', history), 'event.never-ends')
  assert.ok(checks.filter(({ id }) => id === 'C1' || id === 'C2').every(({ timing }) => timing))
})
