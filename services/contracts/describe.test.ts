import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Parser } from '@asyncapi/parser'
import { eventNames } from './catalogue.ts'
import { encodeEvent } from './codec.ts'
import { asyncApi, eventSchema, eventsPage } from './describe.ts'

const checkedIn = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

test('given the catalogue, then docs/events.md says the same (else: node services/contracts/write-docs.ts)', () => {
  assert.equal(checkedIn('events.md'), eventsPage())
})

test('given the catalogue, then docs/asyncapi.yaml says the same (else: node services/contracts/write-docs.ts)', () => {
  assert.equal(checkedIn('asyncapi.yaml'), asyncApi())
})

test("given docs/asyncapi.yaml, when AsyncAPI's own parser reads it, then it finds no error and every event", async () => {
  const { document, diagnostics } = await new Parser().parse(checkedIn('asyncapi.yaml'))
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === 0),
    [],
  )
  assert.deepEqual(
    document
      ?.channels()
      .all()
      .map((channel) => channel.address()),
    eventNames,
  )
  assert.equal(document?.version(), '3.0.0')
})

test('given an event as we publish it, then it has every field that its schema requires', () => {
  const data = { orderId: 'o-1', productId: 201, quantity: 2, amount: 15 }
  const row = encodeEvent({ type: 'order-created', data }, 'order', null, 0)
  const event = JSON.parse(row.payload ?? '')
  const { required } = eventSchema('order-created') as { required: string[] }
  assert.deepEqual(
    required.filter((field) => !(field in event)),
    [],
  )
})
