import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { learn, type User, type UserEvent } from './users.ts'

const changed = (revision: number, role: 'customer' | 'admin' = 'customer'): UserEvent =>
  ({ eventType: 'identity.user.updated', data: { userId: 'ann', revision, role } }) as UserEvent
const gone = (revision: number): UserEvent =>
  ({ eventType: 'identity.user.deactivated', data: { userId: 'ann', revision, forgotten: true } }) as UserEvent
const after = (events: readonly UserEvent[]): User | undefined =>
  events.reduce<User | undefined>((known, event) => learn(event, known).state, undefined)

test('given a user, when an older revision comes late, then the newer one stays', () => {
  const ann = { userId: 'ann', role: 'admin', active: true, revision: 2 }
  assert.deepEqual(after([changed(1), changed(2, 'admin')]), ann)
  assert.deepEqual(after([changed(2, 'admin'), changed(1)]), ann)
})

test('given nothing, when the end of a user comes first, then the user is gone, whatever comes after', () => {
  assert.deepEqual(after([gone(3)]), { userId: 'ann', role: null, active: false, revision: 3 })
  assert.deepEqual(after([gone(3), changed(1), changed(4)])?.active, false)
})

test('given the events of a user in any order and number, then the copy is the same once the last revision has come', () => {
  const all = [changed(1), changed(2, 'admin'), changed(3), gone(4)]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...all)), (some) => {
      const copy = after([...some, all[3]!, ...some])
      assert.deepEqual([copy?.active, copy?.revision], [false, 4])
    }),
  )
})
