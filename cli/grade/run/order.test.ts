import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBothEnds } from './order.ts'

test('given hand-ins of different sizes, when they are put in order, then small and large ones come in turns, and each once', () => {
  const sized = [30, 10, 50, 20, 40].map((size) => ({ one: size, size }))
  assert.deepEqual(fromBothEnds(sized), [10, 50, 20, 40, 30])
  assert.deepEqual(fromBothEnds([]), [])
  fc.assert(
    fc.property(fc.array(fc.nat()), (sizes) => {
      const ordered = fromBothEnds(sizes.map((size, one) => ({ one, size })))
      assert.deepEqual(
        ordered.toSorted((a, b) => a - b),
        [...sizes.keys()],
      )
    }),
  )
})
