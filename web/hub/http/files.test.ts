import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import type { PageState } from '../ports.ts'
import { createFiles } from './files.ts'

function built(t: TestContext): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'hub-page-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  mkdirSync(path.join(dir, 'assets'))
  writeFileSync(path.join(dir, 'index.html'), '<p>page</p>')
  writeFileSync(path.join(dir, 'assets', 'main.js'), 'main()')
  writeFileSync(path.join(dir, 'secret.pem'), 'secret')
  symlinkSync('/etc/hosts', path.join(dir, 'hosts.txt'))
  return dir
}

test('given a built page, then its files are served by their whole path, and nothing else is', (t) => {
  const file = createFiles(() => ({ state: 'ready', dir: built(t) }))
  assert.equal(String(file('/')?.bytes), '<p>page</p>')
  assert.equal(file('/assets/main.js')?.type, 'text/javascript; charset=utf-8')
  for (const wanted of [
    '/secret.pem',
    '/hosts.txt',
    '/assets',
    '/assets/../index.html',
    '/../etc/passwd',
    '/nothing',
    '',
  ]) {
    assert.equal(file(wanted), null, wanted)
  }
})

test('given a page that is not there yet, or never, then a sentence says so, and the page appears by itself', (t) => {
  let state: PageState = { state: 'building' }
  const file = createFiles(() => state)
  assert.match(String(file('/')?.bytes), /being built/)
  state = { state: 'missing', reason: 'its build failed.' }
  assert.match(String(file('/')?.bytes), /its build failed/)
  assert.equal(file('/assets/main.js'), null)
  state = { state: 'ready', dir: built(t) }
  assert.equal(String(file('/')?.bytes), '<p>page</p>')
})
