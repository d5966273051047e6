import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pretty, unreadable } from './value.ts'

test('given JSON, then it is laid out; given anything else, then it stays as it is', () => {
  assert.equal(pretty('{"a":1}'), '{\n  "a": 1\n}')
  assert.equal(pretty('{"a":'), '{"a":')
})

test('given a mended copy, then only a JSON object can be an event', () => {
  assert.equal(unreadable('{"eventId":"e"}'), null)
  assert.match(unreadable('[1]') ?? '', /JSON object/)
  assert.match(unreadable('{') ?? '', /Not JSON yet/)
})
