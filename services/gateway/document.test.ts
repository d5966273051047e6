import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeDocuments, serviceDocument } from './document.ts'

const orders = serviceDocument.parse({
  paths: {
    '/api/orders': {
      post: {
        summary: 'Place an order',
        parameters: [{ name: 'idempotency-key', in: 'header', required: false }],
        responses: { 202: { description: 'Accepted' }, 503: { description: 'The disk is full' } },
      },
    },
    '/api/orders/{orderId}': { get: { summary: 'One order', responses: { 200: { description: 'It' } } } },
    '/ready': { get: { responses: {} } },
  },
})

test('given the documents of services, then what has a door is in the whole, with the conditions of the gateway', () => {
  const { paths } = mergeDocuments('1', { order: orders })
  assert.deepEqual(Object.keys(paths), ['/api/orders', '/api/orders/{orderId}'])
  const place = paths['/api/orders']!.post!
  assert.deepEqual(place.parameters, [{ name: 'Idempotency-Key', in: 'header', required: true }])
  assert.deepEqual(place.security, [{ bearer: [] }])
  assert.deepEqual(place.tags, ['order'])
  assert.deepEqual(Object.keys(place.responses), ['202', '401', '429', '502', '503', '504'])
  assert.deepEqual(place.responses[503], { description: 'The disk is full' })
})

test('given a path of one service in the document of another, then it has no door', () => {
  assert.deepEqual(mergeDocuments('1', { payment: orders }).paths, {})
})

test('given services that are away, then they are named', () => {
  const whole = mergeDocuments('1', { order: orders })
  assert.ok(whole['x-left-out'].includes('shipping') && !whole['x-left-out'].includes('order'))
  assert.match(whole.info.description, /did not answer: payment, .*identity/)
})
