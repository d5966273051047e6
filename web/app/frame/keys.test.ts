import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandFor, KEYS } from './keys.ts'

const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more })
const on = (tag: string, more = {}) => ({ tag, type: '', editable: false, inDialog: false, ...more })

test('given the page itself in focus, then every key does what the help says', () => {
  for (const { keys, command } of KEYS)
    for (const key of keys) assert.equal(commandFor(press(key), on('BODY')), command)
  assert.equal(commandFor(press('x'), on('BODY')), null)
})

test('given somebody who types, then no key is taken away', () => {
  for (const focus of [
    on('INPUT', { type: 'number' }),
    on('TEXTAREA'),
    on('DIV', { editable: true }),
    on('BUTTON', { inDialog: true }),
  ])
    for (const { keys } of KEYS)
      for (const key of keys) assert.equal(commandFor(press(key), focus), null, `${key} in ${focus.tag}`)
})

test('given a button in focus, then Space presses it, and the other keys still work', () => {
  assert.equal(commandFor(press(' '), on('BUTTON')), null)
  assert.equal(commandFor(press('.'), on('BUTTON')), 'pause')
  assert.equal(commandFor(press('ArrowRight'), on('INPUT', { type: 'range' })), null)
})

test('given a modifier, then the key is for the browser', () => {
  assert.equal(commandFor(press('f', { ctrlKey: true }), on('BODY')), null)
  assert.equal(commandFor(press('p', { metaKey: true }), on('BODY')), null)
})

test('given the list, then no key stands twice', () => {
  const all = KEYS.flatMap(({ keys }) => keys)
  assert.equal(new Set(all).size, all.length)
})
