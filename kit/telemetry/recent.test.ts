import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Recent } from './recent.ts'

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const deed = fc.oneof(fc.record({ set: key, value: fc.nat() }), fc.record({ take: key }))

test('given keys that are set and taken, then the newest set first are known, as in a list from which the first goes', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 200 }), (deeds) => {
      const recent = new Recent<number>(3)
      const list: [string, number][] = []
      const place = (wanted: string) => list.findIndex(([each]) => each === wanted)
      for (const one of deeds) {
        if ('take' in one) {
          const at = place(one.take)
          assert.equal(recent.take(one.take), at < 0 ? undefined : list.splice(at, 1)[0]?.[1])
          continue
        }
        const known = list[place(one.set)]
        if (known === undefined) list.push([one.set, one.value])
        else known[1] = one.value
        const forgotten = list.length > 3 ? list.shift()?.[0] : undefined
        assert.equal(recent.set(one.set, one.value), forgotten)
      }
      assert.deepEqual(
        [...recent.values()],
        list.map(([, value]) => value),
      )
      assert.equal(recent.size, list.length)
    }),
  )
})
