import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCounters, rawRecord, record } from './counter.fixture.ts'
import { type CrashPoint, crashPoints } from './faults.ts'

test('given a batch of several keys, when it is processed, then states, inbox and outbox are written together', async () => {
  const { processor, values, unsent } = await openCounters()
  await processor.process([record('e1', 'a', 1), record('e2', 'b', 5), record('e3', 'a', 2)])
  assert.deepEqual(await values(), { a: 3, b: 5 })
  assert.deepEqual(
    (await unsent()).map(({ payload }) => JSON.parse(payload ?? '')),
    [
      { name: 'a', value: 1, because: 'e1' },
      { name: 'b', value: 5, because: 'e2' },
      { name: 'a', value: 3, because: 'e3' },
    ],
  )
})

test('given an event that came before, in this batch or an earlier one, then it changes nothing and is counted as a duplicate', async () => {
  const { processor, values, outcomes } = await openCounters()
  await processor.process([record('e1', 'a', 1), record('e1', 'a', 1)])
  await processor.process([record('e1', 'a', 1), record('e2', 'a', 1)])
  assert.deepEqual(await values(), { a: 2 })
  assert.deepEqual(
    outcomes.map(({ duplicates }) => duplicates.length),
    [1, 1],
  )
})

test('given an event that throws, then it and the later ones of its key wait, and other keys go on', async () => {
  const { processor, values, outcomes } = await openCounters()
  await processor.process([record('e1', 'a', 13), record('e2', 'a', 1), record('e3', 'b', 1)])
  await processor.process([record('e4', 'a', 1), record('e5', 'b', 1)])
  assert.deepEqual(await values(), { b: 2 })
  assert.deepEqual(
    outcomes.map(({ setAside }) => setAside.map(({ event, error }) => [event.eventId, error?.message ?? null])),
    [
      [
        ['e1', 'thirteen'],
        ['e2', null],
      ],
      [['e4', null]],
    ],
  )
})

test('given a record that is no event, when it is delivered twice, then it is dead-lettered once, with its origin', async () => {
  const { processor, unsent, outcomes } = await openCounters()
  const poison = rawRecord('a', 'not json')
  await processor.process([poison, record('e1', 'a', 1)])
  await processor.process([poison])
  const letters = (await unsent()).filter(({ topic }) => topic === 'added-dlq')
  assert.equal(letters.length, 1)
  assert.equal(letters[0]?.payload, 'not json')
  assert.partialDeepStrictEqual(letters[0]?.headers, {
    'dlq-topic': 'added',
    'dlq-partition': '0',
    'dlq-offset': String(poison.offset),
    'dlq-group': 'counter-group',
    'dlq-error': 'not JSON',
    'dlq-attempts': '0',
  })
  assert.deepEqual(
    outcomes.map(({ deadLettered }) => deadLettered),
    [1, 0],
  )
})

const beforeCommit: CrashPoint[] = ['consume.received', 'consume.before-apply', 'tx.begin', 'tx.before-commit']
const afterCommit: CrashPoint[] = ['tx.after-commit/before-ack', 'consume.applied-not-committed']

for (const point of [...beforeCommit, ...afterCommit]) {
  test(`given a crash at ${point}, when the records come again, then each has had its effect exactly once`, async () => {
    const { processor, values, unsent, faults } = await openCounters({ crash: point })
    const batch = [record('e1', 'a', 1), record('e2', 'b', 2)]
    await assert.rejects(processor.process(batch), new RegExp(`crash at ${point}`))
    assert.deepEqual(await values(), beforeCommit.includes(point) ? {} : { a: 1, b: 2 })
    faults.disarm()
    await processor.process(batch)
    assert.deepEqual(await values(), { a: 1, b: 2 })
    assert.equal((await unsent()).length, 2)
  })
}

test('given the points that consuming passes, then they are those of the list, in its order', async () => {
  const { processor, faults } = await openCounters()
  await processor.process([record('e1', 'a', 1)])
  const passed = Object.keys(faults.passed())
  assert.deepEqual(
    passed,
    crashPoints.filter((point) => [...beforeCommit, ...afterCommit].includes(point)),
  )
})

test('given a crash that waits at a commit, when records come again and change nothing, then it waits for the next effect', async () => {
  for (const point of ['tx.before-commit', 'tx.after-commit/before-ack'] as const) {
    const { processor, faults } = await openCounters()
    await processor.process([record('e1', 'a', 1)])
    const before = faults.passed()[point]
    await processor.process([record('e1', 'a', 1)])
    assert.equal(faults.passed()[point], before)
    await processor.process([record('e1', 'a', 1), record('e2', 'a', 1)])
    assert.equal(faults.passed()[point], Number(before) + 1)
  }
})
