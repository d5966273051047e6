import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTarget } from './target.ts'

test('given parameters, then they are written anew into the path of the door', () => {
  const target = createTarget('/api/orders/:orderId/events')
  assert.equal(target({ orderId: '018f-a' }), '/api/orders/018f-a/events')
  assert.equal(target({ orderId: 'two words & ü?' }), '/api/orders/two%20words%20%26%20%C3%BC%3F/events')
  assert.equal(target({ orderId: '%2e%2e' }), '/api/orders/%252e%252e/events')
})

for (const bad of ['..', '.', '', '../internal', 'a/b', '..\\..', 'a\u0000', 'a\r\nx: y']) {
  test(`given ${JSON.stringify(bad)} as a segment, then it is refused and the path is named`, () => {
    assert.throws(
      () => createTarget('/api/orders/:orderId')({ orderId: bad }),
      ({ status, errors }: { status: number; errors: { field: string; message: string }[] }) =>
        status === 400 && errors[0]?.field === 'path' && /slash|dots/.test(errors[0].message),
    )
  })
}
