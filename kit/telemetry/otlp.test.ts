import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Consumed, Tracing } from './spans.ts'
import { parseTraceparent } from './traceparent.ts'
import { createTracing } from './tracing.ts'

interface SentSpan {
  readonly traceId: string
  readonly name: string
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[]
}

/** Somebody who takes spans, as Jaeger or the dashboard does. `spans()` says what has come once the tracing has stopped. */
async function collector(t: TestContext) {
  const spans: SentSpan[] = []
  const read = async (request: IncomingMessage) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans)
  }
  const server = createServer((request, response) => void read(request).then(() => response.end('{}')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const tracing = await createTracing('payment', `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`)
  return { tracing, spans }
}

const consumed = (facts: Partial<Consumed>): Consumed => ({
  ...{ topic: 'order-created', partition: 2, offset: '17', key: 'o-1', group: 'payment-group', headers: {} },
  ...{ outcome: 'handled', attempt: 1, takenUpAt: Date.now() },
  ...facts,
})

const outcomesOf = (spans: readonly SentSpan[]) =>
  spans.flatMap(({ attributes }) => attributes.find(({ key }) => key === 'lab.outcome')?.value.stringValue ?? [])

const begin = (tracing: Tracing) => tracing.produced('order-created', 'o', undefined)

test('given an endpoint, when a record is consumed, then its place, group and outcome are told', async (t) => {
  const { tracing, spans } = await collector(t)
  const traceparent = begin(tracing)
  tracing.consumed(() => [consumed({ headers: { traceparent } })])
  await tracing.stop()
  const span = spans.find(({ name }) => name === 'order-created → payment')
  assert.equal(span?.traceId, parseTraceparent(traceparent)?.traceId)
  const told = Object.fromEntries(span?.attributes.map(({ key, value }) => [key, value.stringValue]) ?? [])
  assert.equal(told['messaging.destination.partition.id'], '2')
  assert.equal(told['messaging.kafka.offset'], '17')
  assert.equal(told['messaging.consumer.group.name'], 'payment-group')
  assert.equal(told['lab.outcome'], 'handled')
})

test('given more orders than a second is to tell of, then some traces stand for all, whole, and what goes wrong is told of each', async (t) => {
  const { tracing, spans } = await collector(t)
  const parents = Array.from({ length: 200 }, () => begin(tracing))
  tracing.consumed(() => parents.map((traceparent) => consumed({ headers: { traceparent } })))
  tracing.consumed(() =>
    parents.map((traceparent) => consumed({ headers: { traceparent }, outcome: 'duplicate-ignored' })),
  )
  await tracing.stop()
  const outcomes = outcomesOf(spans)
  const handled = outcomes.filter((outcome) => outcome === 'handled').length
  const sampled = parents.filter((parent) => parseTraceparent(parent)?.sampled).length
  assert.equal(outcomes.filter((outcome) => outcome === 'duplicate-ignored').length, 200)
  assert.equal(handled, sampled)
  assert.ok(handled >= 50 && handled < 100, String(handled))
})

test('given a replayed dead letter of a trace that is not followed, then what becomes of it is told', async (t) => {
  const { tracing, spans } = await collector(t)
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`
  tracing.consumed(() => [consumed({ headers: { traceparent, 'replayed-from': 'order-created-dlq/0/3' } })])
  await tracing.stop()
  assert.deepEqual(outcomesOf(spans), ['handled'])
})

test('given no endpoint, then nothing is gathered', async () => {
  const tracing = await createTracing('payment', undefined)
  tracing.consumed(() => assert.fail('gathered'))
  await tracing.stop()
})
