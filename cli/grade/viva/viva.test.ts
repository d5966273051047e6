import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { History, ProcessStory, SeenRecord } from '../../check/history.ts'
import { sampleHistory, sampleRecord } from '../../check/sample-history.ts'
import { sampleResult, sampleStudent } from '../output/sample-class.ts'
import { ownQuestions } from './questions.ts'

const flow = (...topics: string[]): Partial<SeenRecord>[] =>
  topics.map((topic) => sampleRecord(topic, { orderId: `o-${topics.length}`, productId: 201 }))

const histories = (
  all: Record<
    string,
    { records?: Partial<SeenRecord>[]; processes?: Partial<ProcessStory>[]; moments?: History['moments'] }
  >,
) =>
  new Map<string, History<unknown>>(
    Object.entries(all).map(([scenario, { moments = [], ...parts }]) => [
      scenario,
      { ...sampleHistory(null, parts), scenario, moments },
    ]),
  )

test('given a run with all that can happen, when questions are drawn, then there is one of each kind, about this run', async () => {
  const run = histories({
    'g-flow': { records: flow('order-created', 'payment-success', 'stock-reserved') },
    'g-stock': {
      records: flow('order-created', 'payment-success', 'stock-failed', 'payment-refunded', 'order-cancelled'),
    },
    'f-pay': { records: [{ topic: 'order-created', value: 'poison' }, ...flow('order-created')] },
    'f-down': {
      moments: [
        { at: 5, what: 'looked up what payment-group has committed on order-created', detail: { 0: 12, 2: 7 } },
      ],
    },
    'f-take-over': {
      processes: [
        { name: 'payment', acts: [] },
        { name: 'payment#2', acts: [{ at: 3_000, act: 'SIGKILL', why: 'the kit kills it' }] },
      ],
      records: [{ topic: 'payment-success', at: 9_500 }],
    },
  })
  const questions = ownQuestions(run, await sampleResult(sampleStudent('ada'), { failed: ['D2'] }))
  assert.deepEqual(
    questions.map(({ topic }) => topic),
    ['topic', 'partition', 'consumer group', 'offset', 'saga', 'DLQ', 'partition'],
  )
  const of = (topic: string) => questions.find((one) => one.topic === topic)
  assert.doesNotMatch(of('topic')?.ask ?? '', /payment-success/)
  assert.match(of('consumer group')?.ask ?? '', /payment#2 was killed with -9 after 3.0 s/)
  assert.match(of('consumer group')?.answer ?? '', /6.5 s/)
  assert.match(of('offset')?.ask ?? '', /committed 12 on order-created, partition 0/)
  assert.match(of('saga')?.answer ?? '', /stock-failed .* payment-refunded/)
  assert.match(of('DLQ')?.ask ?? '', /"poison"/)
})

test('given a run without an event, when questions are drawn, then there are none', async () => {
  assert.deepEqual(ownQuestions(histories({}), await sampleResult(sampleStudent('ada'))), [])
})
