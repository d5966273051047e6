import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoryStep } from '../../hub/protocol.ts'
import { columnsOf, longest, shares } from './steps.ts'

const step = (type: string, more: Partial<StoryStep> = {}): StoryStep => ({
  ...{ type, title: type, service: null, lane: 'forward', undoes: null, state: 'done' },
  ...{ at: null, waitedMs: null, workedMs: null, record: null },
  ...more,
})

test('given forward steps and compensations, then each compensation stands below what it undoes', () => {
  const columns = columnsOf([
    step('created'),
    step('paid'),
    step('refunded', { lane: 'compensation', undoes: 'paid' }),
    step('cancelled', { lane: 'compensation' }),
  ])
  assert.deepEqual(
    columns.map(({ forward, undone }) => [forward?.type, undone.map(({ type }) => type)]),
    [
      ['created', []],
      ['paid', ['refunded']],
      [undefined, ['cancelled']],
    ],
  )
})

test('given measured steps, then waiting and working are shares of the longest', () => {
  const steps = [step('a', { waitedMs: 30, workedMs: 10 }), step('b', { waitedMs: 10 })]
  assert.equal(longest(steps), 40)
  assert.deepEqual(shares(steps[0]!, 40), { waited: 75, worked: 25 })
  assert.deepEqual(shares(steps[1]!, 0), { waited: 0, worked: 0 })
})
