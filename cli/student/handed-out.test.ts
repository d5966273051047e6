import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'

const HOME = path.resolve(import.meta.dirname, '../..')

test('given a kit that was handed out without its answers, when a student works with it, then all goes on and the answer is refused kindly', async (t) => {
  const kit = mkdtempSync(path.join(os.tmpdir(), 'kit ohne lösung '))
  t.after(() => rmSync(kit, { recursive: true, force: true }))
  for (const name of ['cli', 'kit', 'labs', 'services', 'package.json']) {
    cpSync(path.join(HOME, name), path.join(kit, name), { recursive: true })
  }
  symlinkSync(path.join(HOME, 'node_modules'), path.join(kit, 'node_modules'), 'junction')
  const lab = (...args: string[]) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      const main = path.join(kit, 'cli', 'main.ts')
      execFile(process.execPath, [main, ...args], { cwd: kit }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, said: out + err }),
      )
    })
  assert.equal((await lab('start', 'a')).code, 0)
  assert.ok(existsSync(path.join(kit, 'my-shop', 'lab.json')))
  const { code, said } = await lab('answer', 'a', '--yes')
  assert.equal(code, 2)
  assert.match(said, /handed out without its answers[\s\S]*lab hint a/)
  for (const words of [['hint'], ['next'], ['progress'], ['quiz', 'a'], ['report'], ['reset', 'a']]) {
    assert.equal((await lab(...words)).code, 0, words.join(' '))
  }
})
