import assert from 'node:assert/strict'
import { test } from 'node:test'
import { userData } from './schemas.ts'
import { newUserKey, openSealed, type Personal, sealPersonal } from './sealed.ts'

const personal: Personal = { name: 'Ann Ü. 🦊', email: 'ann@example.org', phone: null }
const key = newUserKey()
const sealed = sealPersonal(personal, { key, keyId: 'k1', userId: 'u1' })

test('given sealed fields, when they are opened with their key for their user, then they are as they were, and an event may carry them', () => {
  assert.deepEqual(openSealed(sealed, key, 'u1'), personal)
  assert.deepEqual(userData.shape.personal.parse(sealed), sealed)
})

test('given the same fields sealed twice, then nothing shows that they are the same', () => {
  const again = sealPersonal(personal, { key, keyId: 'k1', userId: 'u1' })
  assert.notEqual(again.iv, sealed.iv)
  assert.notEqual(again.text, sealed.text)
})

const flip = (base64: string): string => {
  const bytes = Buffer.from(base64, 'base64')
  bytes[0]! ^= 1
  return bytes.toString('base64')
}

const spoilt: Readonly<Record<string, () => unknown>> = {
  'another key': () => openSealed(sealed, newUserKey(), 'u1'),
  'another user': () => openSealed(sealed, key, 'u2'),
  'a changed text': () => openSealed({ ...sealed, text: flip(sealed.text) }, key, 'u1'),
  'a changed tag': () => openSealed({ ...sealed, tag: flip(sealed.tag) }, key, 'u1'),
  'a short tag': () => openSealed({ ...sealed, tag: sealed.tag.slice(0, 6) }, key, 'u1'),
  'a changed iv': () => openSealed({ ...sealed, iv: flip(sealed.iv) }, key, 'u1'),
  'a short key': () => openSealed(sealed, key.subarray(1), 'u1'),
}

for (const [what, open] of Object.entries(spoilt)) {
  test(`given ${what}, then nothing opens, and the error tells nothing of the content`, () => {
    assert.throws(open, (error: Error) => /do not open/.test(error.message) && !error.message.includes('ann'))
  })
}
