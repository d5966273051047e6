import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { assertProgram } from './programs.ts'

test('given words of lab.json, when their program is looked for, then what a box would find is told from what it would not', (t) => {
  const shop = mkdtempSync(path.join(tmpdir(), 'lab-programs-'))
  t.after(() => rmSync(shop, { recursive: true }))
  writeFileSync(path.join(shop, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  writeFileSync(path.join(shop, 'notes.txt'), 'no program', { mode: 0o644 })
  symlinkSync('/box/shop/made-by-the-build', path.join(shop, 'linked'))
  symlinkSync('/box/shop/dist', path.join(shop, 'bin'))
  const codeOf = (word: string) => {
    try {
      assertProgram(word, shop, [])
      return 'found'
    } catch (error) {
      return (error as NodeJS.ErrnoException).code
    }
  }
  const expected = {
    node: 'found',
    sh: 'found',
    '/opt/node/bin/node': 'found',
    './run.sh': 'found',
    '/box/shop/run.sh': 'found',
    // Where these lead is known inside alone.
    './linked': 'found',
    'bin/start': 'found',
    './notes.txt': 'EACCES',
    './absent.sh': 'ENOENT',
    'no-such-program': 'ENOENT',
    '/box/elsewhere': 'ENOENT',
  }
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((word) => [word, codeOf(word)])), expected)
})
