import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { knowsLinks } from '../context.ts'
import { createPaint, render, unpainted } from './paint.ts'
import { safe } from './safe.ts'

test('given a terminal that knows links, when a path with spaces and umlauts is printed, then it can be clicked', () => {
  const text = createPaint(true, true).link('größe 1.ts', pathToFileURL('/tmp/mein laden/größe 1.ts').href)
  assert.equal(
    render(text, safe),
    '\u001b]8;;file:///tmp/mein%20laden/gr%C3%B6%C3%9Fe%201.ts\u001b\\größe 1.ts\u001b]8;;\u001b\\',
  )
  assert.equal(unpainted(text), 'größe 1.ts')
})

test('given hostile text in a link, when it is printed, then it is escaped', () => {
  const text = createPaint(true, true).link('a\u001b]8;;http://evil\u0007b\r', 'file:///a')
  assert.doesNotMatch(render(text, safe), /evil/)
})

test('given a terminal that is not known for links, when a path is printed, then it is plain text', () => {
  assert.equal(createPaint(true).link('a.ts', 'file:///a.ts'), 'a.ts')
  assert.equal(knowsLinks({ TERM: 'xterm-256color' }, true), false)
  assert.equal(knowsLinks({ TERM_PROGRAM: 'vscode' }, true), true)
  assert.equal(knowsLinks({ TERM_PROGRAM: 'vscode', TMUX: '/tmp/x' }, true), false)
  assert.equal(knowsLinks({ TERM_PROGRAM: 'vscode' }, false), false)
  assert.equal(knowsLinks({ VTE_VERSION: '7003' }, true), true)
  assert.equal(knowsLinks({ FORCE_HYPERLINK: '1', CI: '1' }, false), true)
  assert.equal(knowsLinks({ TERM_PROGRAM: 'vscode', FORCE_HYPERLINK: '0' }, true), false)
})
