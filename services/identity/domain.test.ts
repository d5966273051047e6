import assert from 'node:assert/strict'
import { test } from 'node:test'
import { change, deactivate, giveRole, normalEmail, type Profile, register, type User } from './domain.ts'

const profile: Profile = {
  name: 'Ann',
  email: 'ann@example.org',
  phone: null,
  preferences: { channels: ['email'], quietHours: null },
}
const ann: User = { ...profile, userId: 'u1', role: 'customer', status: 'active', revision: 1 }

test('given nothing, when somebody registers, then they are active at revision 1 and the world is told', () => {
  assert.deepEqual(register('u1', 'customer', profile), { state: ann, emit: ['created'] })
})

test('given a user, when one field changes, then the rest stays, the revision rises, and the world is told', () => {
  assert.deepEqual(change(ann, { phone: '+49 30 1234' }), {
    state: { ...ann, phone: '+49 30 1234', revision: 2 },
    emit: ['updated'],
  })
})

test('given a user, when a field is taken away, then it is null; when nothing changes, then nothing is told', () => {
  assert.equal(change(ann, { name: null }).state.name, null)
  assert.deepEqual(change(ann, { name: 'Ann', preferences: { channels: ['email'], quietHours: null } }), {
    state: ann,
    emit: [],
  })
})

test('given a user, when they get another role, then the world is told; the same role again says nothing', () => {
  const { state, emit } = giveRole(ann, 'admin')
  assert.deepEqual([state.role, state.revision, emit], ['admin', 2, ['updated']])
  assert.deepEqual(giveRole(state, 'admin'), { state, emit: [] })
})

test('given a user, when they are deactivated and later forgotten, then each is told once, and nothing personal is left', () => {
  const gone = deactivate(ann, false)
  assert.deepEqual([gone.state, gone.emit], [{ ...ann, status: 'deactivated', revision: 2 }, ['deactivated']])
  assert.deepEqual(deactivate(gone.state, false).emit, [])
  const forgotten = deactivate(gone.state, true)
  const { name, email, phone, status, revision } = forgotten.state
  assert.deepEqual([name, email, phone, status, revision], [null, null, null, 'forgotten', 3])
  for (const forget of [true, false])
    assert.deepEqual(deactivate(forgotten.state, forget), { state: forgotten.state, emit: [] })
})

test('given a user who is gone, when anything is wished, then nothing changes', () => {
  const gone = deactivate(ann, false).state
  assert.deepEqual(change(gone, { name: 'Eve' }), { state: gone, emit: [] })
  assert.deepEqual(giveRole(gone, 'admin'), { state: gone, emit: [] })
})

test('given one address in several spellings, then it is one', () => {
  const spellings = ['ann@example.org', ' Ann@Example.ORG ', 'ANN@EXAMPLE.ORG']
  assert.deepEqual(new Set(spellings.map(normalEmail)), new Set(['ann@example.org']))
  assert.equal(normalEmail('jose\u0301@example.org'), normalEmail('josé@example.org'))
})
