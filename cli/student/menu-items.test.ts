import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lessons } from './lessons.ts'
import { menuItems } from './menu-items.ts'
import { NO_PROGRESS, recordStart } from './progress.ts'
import { KEY_LINE, keyOf } from './watch-keys.ts'

const titles = new Map((await lessons()).map((lesson) => [lesson.folder, lesson]))

test('given nothing yet, when the menu opens, then starting part A comes first', () => {
  const [first] = menuItems(NO_PROGRESS, titles)
  assert.deepEqual([first?.choice, first?.name, first?.part], ['start', 'Start part A', 'a-kafka'])
})
test('given a part that is started, when the menu opens, then working on it comes first and every choice is there once', () => {
  const items = menuItems(recordStart(NO_PROGRESS, 'c-events', 0), titles)
  assert.deepEqual(
    items.map(({ choice }) => choice),
    ['watch', 'check', 'hint', 'run', 'progress', 'quiz', 'answer', 'report', 'doctor', 'quit'],
  )
  assert.ok(items.every(({ part }) => part === 'c-events'))
})
test('given a key, when it is typed in watch mode, then it means what the line of keys says', () => {
  for (const [, letter, name] of KEY_LINE.matchAll(/(\w) ([\w ]+?)(?: ·|$)/g)) {
    assert.equal(keyOf(letter ?? '')?.replace('-', ' '), name)
    assert.equal(keyOf((letter ?? '').toUpperCase())?.replace('-', ' '), name)
  }
  assert.equal(keyOf('\u0003'), 'interrupt')
  for (const other of ['x', '\u001b[A', 'quit', 'qq', '']) assert.equal(keyOf(other), undefined)
})
