import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { fieldsOf, requestFrom, settingsFrom } from './fields.ts'

const schema = z.toJSONSchema(
  z.object({
    service: z.enum(['payment', 'order']).default('payment'),
    percent: z.number().min(10).max(100).default(100),
    nth: z.int().min(1).default(1),
    productId: z.string().optional(),
    loud: z.boolean().default(false),
    deep: z.object({ a: z.string() }).optional(),
    forSeconds: z.number().min(0).default(60),
  }),
)

test('given the schema of settings, then a form has a field for each simple one', () => {
  assert.deepEqual(
    fieldsOf(schema).map(({ name, kind, least, most }) => [name, kind, least, most]),
    [
      ['service', 'choice', null, null],
      ['percent', 'number', 10, 100],
      ['nth', 'number', 1, null],
      ['productId', 'text', null, null],
      ['loud', 'yes-no', null, null],
      ['forSeconds', 'number', 0, null],
    ],
  )
  assert.deepEqual(fieldsOf(null), [])
})

test('given what was typed, then settings have the right types, and time and seed stand beside them', () => {
  const typed = new Map(Object.entries({ service: 'order', percent: '30', productId: '', forSeconds: '0' }))
  const settings = settingsFrom(fieldsOf(schema), typed)
  assert.deepEqual(settings, { service: 'order', percent: 30, loud: false, forSeconds: 0 })
  assert.deepEqual(requestFrom(settings), { settings: { service: 'order', percent: 30, loud: false }, forMs: null })
  assert.deepEqual(requestFrom({ forSeconds: 15, seed: 3 }), { settings: {}, forMs: 15_000, seed: 3 })
})
