import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextTraceparent, parseTraceparent } from './traceparent.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

test('given a traceparent, when the next step is named, then the trace and its flag stay and the span is new', () => {
  const next = parseTraceparent(nextTraceparent(`00-${traceId}-${spanId}-01`))
  assert.equal(next?.traceId, traceId)
  assert.equal(next?.sampled, true)
  assert.notEqual(next?.spanId, spanId)
})

test('given no parent, when two steps are named, then each begins a trace of its own that nobody records', () => {
  const [one, other] = [nextTraceparent(undefined), nextTraceparent(undefined)].map(parseTraceparent)
  assert.equal(one?.sampled, false)
  assert.notEqual(one?.traceId, other?.traceId)
})

for (const bad of [
  '',
  'nonsense',
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `01-${traceId}-${spanId}-01`,
])
  test(`given "${bad}", when it is read, then it is no traceparent`, () => assert.equal(parseTraceparent(bad), null))
