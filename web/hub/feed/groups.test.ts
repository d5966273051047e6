import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bus } from '../../../kit/kafka/bus.ts'
import { model } from '../core/shop.fixture.ts'
import { lookAtGroups } from './groups.ts'

/** A group that has committed in one partition of two, and is told of the other only where the topic is named; both hold ten records. */
const lag = async (_group: string, topics?: readonly string[]) => {
  const facts = { topic: 'placed', high: 10n }
  const known = { ...facts, partition: 0, committed: 9n, lag: 1n }
  return topics?.includes('placed') ? [known, { ...facts, partition: 1, committed: null, lag: 10n }] : [known]
}
const bus = {
  groups: async () => [{ group: 'bank-group', state: 'Empty', members: [] }],
  lag,
} as unknown as Bus
const topics = new Set(['placed'])

test('given a group that has not committed everywhere yet, then what waits there waits, too', async () => {
  const { states } = await lookAtGroups(bus, model, topics, new Map([['bank', new Set(['placed', 'gone'])]]))
  assert.equal(states[0]?.lag, 11)
})

test("given a learner's group, which may begin at the end, then what it never committed counts as read", async () => {
  const theirs = { ...model, kind: 'student' as const }
  const { states } = await lookAtGroups(bus, theirs, topics, new Map([['bank', new Set(['placed'])]]))
  assert.equal(states[0]?.lag, 1)
})
