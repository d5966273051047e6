import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { requireWorkspace, shown, workspaceAt } from './workspace.ts'

test('given no folder, the folder of a shop, and one beside it, when a command looks for the shop, then it takes the one that is meant', (t) => {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'wo bin ich '))
  t.after(() => rmSync(cwd, { recursive: true, force: true }))
  const usual = path.join(cwd, 'my-shop')
  assert.equal(workspaceAt({ cwd }, 'my-shop'), usual, 'where none is, the usual one will be made')
  writeFileSync(path.join(cwd, 'lab.json'), '{}')
  assert.equal(workspaceAt({ cwd }, 'my-shop'), cwd, 'standing in it')
  assert.equal(workspaceAt({ cwd }, 'other'), path.join(cwd, 'other'), 'given')
  mkdirSync(usual)
  assert.equal(workspaceAt({ cwd }, 'my-shop'), usual, 'my-shop is there')
})

test('given a file or nothing where the shop should be, when it is needed, then a sentence says so', (t) => {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'kein laden '))
  t.after(() => rmSync(cwd, { recursive: true, force: true }))
  writeFileSync(path.join(cwd, 'file'), '')
  assert.throws(() => requireWorkspace({ cwd }, path.join(cwd, 'file')), /file is a file, not a folder/)
  assert.throws(() => requireWorkspace({ cwd }, path.join(cwd, 'none')), /There is no shop in none yet/)
})

test('given paths in, at and outside of where one stands, when they are shown, then they are as one would type them', () => {
  assert.equal(shown({ cwd: '/a/b' }, '/a/b/c/d.ts'), path.join('c', 'd.ts'))
  assert.equal(shown({ cwd: '/a/b' }, '/a/b'), '.')
  assert.equal(shown({ cwd: '/a/b' }, '/a/c'), '/a/c')
})
