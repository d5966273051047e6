import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOME, readUrl, type UrlState, writeUrl } from './url.ts'

test('given any state, when it is written and read, then it is the same', () => {
  const state: UrlState = {
    view: 'student',
    panel: 'dead',
    order: 'a&b=<c>',
    filter: 'stuck',
    theme: 'dark',
    lesson: 'poison',
    step: 3,
    at: 1_700_000_000_123,
    lanes: true,
    trace: true,
    event: 'order-created/2/107',
    node: 'payment',
    letter: 'order-created-dlq/0/3',
    speed: 0.02,
    unfold: 'users',
    scale: 1.2,
  }
  assert.deepEqual(readUrl(writeUrl(state)), state)
  assert.equal(writeUrl(HOME), '')
})

test('given an address typed by hand with nonsense in it, then the defaults stand', () => {
  assert.deepEqual(
    readUrl('?view=x&panel=&filter=nope&theme=pink&step=-4&at=never&scale=99&event=a/b&letter=x&speed=7'),
    HOME,
  )
})
