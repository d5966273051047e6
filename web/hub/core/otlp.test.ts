import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSpans } from './otlp.ts'

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })

const requestOf = (attributes: readonly object[], more: object = {}) => ({
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', 'bank')] },
      scopeSpans: [
        {
          spans: [
            {
              ...{
                traceId: 'a'.repeat(32),
                spanId: 'b'.repeat(16),
                parentSpanId: 'c'.repeat(16),
                name: 'placed → bank',
              },
              ...{ startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000012500000', attributes },
              ...more,
            },
          ],
        },
      ],
    },
  ],
})

const consumed = [
  text('messaging.destination.name', 'placed'),
  text('messaging.destination.partition.id', '2'),
  text('messaging.kafka.offset', '17'),
  text('messaging.kafka.message.key', 'o-1'),
  text('lab.outcome', 'retry'),
  { key: 'lab.attempt', value: { intValue: 3 } },
]

test('given the span of a consumer, then it tells the record, the outcome, the attempt and the time', () => {
  const [span] = readSpans(requestOf(consumed), (_topic, key) => key)
  assert.deepEqual(span?.work, {
    ...{ topic: 'placed', partition: 2, offset: '17', service: 'bank', outcome: 'retry', attempt: 3, orderId: 'o-1' },
    ...{ at: 1_700_000_000_012.5, startMs: 1_700_000_000_000, workedMs: 12.5 },
  })
  assert.deepEqual(
    [span?.row.name, span?.row.durationMs, span?.row.parentId, span?.row.failed],
    ['placed → bank', 12.5, 'c'.repeat(16), false],
  )
})

test('given the span of any other program, then it is a row of the waterfall and no more', () => {
  const [span] = readSpans(
    requestOf([text('http.route', '/x')], { status: { code: 2 }, name: '\u001b[2J<b>' }),
    () => null,
  )
  assert.deepEqual([span?.work, span?.row.failed, span?.row.name], [null, true, '\\u{1b}[2J<b>'])
})

for (const [what, attributes] of [
  ['an outcome that nobody knows', [...consumed.slice(0, 4), text('lab.outcome', 'exploded')]],
  ['no number as partition', [text('messaging.destination.partition.id', 'x'), ...consumed.filter((_, i) => i !== 1)]],
  ['no number as offset', [text('messaging.kafka.offset', '-1'), ...consumed.filter((_, i) => i !== 2)]],
] as const)
  test(`given a consumer's span with ${what}, then it tells of no record`, () => {
    assert.equal(readSpans(requestOf(attributes), () => null)[0]?.work, null)
  })

test('given what is no OTLP, then it is refused', () => {
  for (const body of [null, 3, {}, { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'x' }] }] }] }]) {
    assert.throws(() => readSpans(body, () => null))
  }
})
