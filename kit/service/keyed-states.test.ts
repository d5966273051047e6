import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyedStates } from './keyed-states.ts'

const states = (loaded: readonly (readonly [string, object])[]) => keyedStates<string, object>((key) => key, loaded)

test('given loaded states, when none is set to another, then nothing is to be saved', () => {
  const loaded = { total: 1 }
  const work = states([['a', loaded]])
  work.set('a', loaded)
  work.set('b', undefined)
  assert.deepEqual(work.changed(), [])
})

test('given a state that is set twice, then it is to be saved once, as it is at the end', () => {
  const work = states([['a', { total: 1 }]])
  work.set('a', { total: 2 })
  work.set('b', { total: 7 })
  work.set('a', { total: 3 })
  assert.deepEqual(work.changed(), [{ total: 3 }, { total: 7 }])
  assert.deepEqual([work.get('a'), work.get('c')], [{ total: 3 }, undefined])
})
