import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takeToken } from './token.ts'

function place(hash: string) {
  const kept = new Map<string, string>()
  const shown: string[] = []
  return {
    kept,
    shown,
    location: { hash, pathname: '/', search: '?view=student' },
    history: { replaceState: (_: unknown, __: string, url: string) => void shown.push(url) },
    storage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    },
  }
}

test('given a token in the fragment, when it is taken, then the address no longer shows it and the rest stays', () => {
  const at = place('#token=abc_-1')
  assert.equal(takeToken(at), 'abc_-1')
  assert.deepEqual(at.shown, ['/?view=student'])
  assert.equal(
    takeToken({ ...at, location: { ...at.location, hash: '' } }),
    'abc_-1',
    'a reload of the tab still has it',
  )
})

test('given no token at all, then there is none', () => {
  assert.equal(takeToken(place('')), null)
})
