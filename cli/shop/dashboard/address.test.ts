import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { rememberAddress, rememberedAddress } from './address.ts'

const HOUR = 3_600_000

const stateDir = (t: TestContext): string => {
  const dir = mkdtempSync(path.join(tmpdir(), 'lab-address-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return path.join(dir, 'lab')
}

test('given a hub of an hour ago, when the next one starts, then it has its port and its token, which nobody else may read', (t) => {
  const dir = stateDir(t)
  const first = rememberedAddress(dir, 0)
  assert.equal(first.port, 4_000)
  rememberAddress(dir, { port: 4_007 })
  assert.deepEqual(rememberedAddress(dir, HOUR), { port: 4_007, token: first.token })
  assert.equal(statSync(path.join(dir, 'dashboard.json')).mode & 0o777, 0o600)
})

test('given a hub of yesterday, or one of a clock that was ahead, when the next one starts, then its token is new', (t) => {
  const dir = stateDir(t)
  const first = rememberedAddress(dir, 20 * HOUR)
  const back = rememberedAddress(dir, 19 * HOUR)
  assert.notEqual(back.token, first.token)
  assert.notEqual(rememberedAddress(dir, 32 * HOUR).token, back.token)
})

test('given a file that holds no address, when a hub starts, then it starts as the first one', (t) => {
  const dir = stateDir(t)
  rememberedAddress(dir, 0)
  for (const broken of ['', '{"port":4000}', '{"port":0,"token":"x","since":0}']) {
    writeFileSync(path.join(dir, 'dashboard.json'), broken)
    const { port, token } = rememberedAddress(dir, 0)
    assert.equal(port, 4_000)
    assert.match(token, /^[\w-]{43}$/)
    assert.match(readFileSync(path.join(dir, 'dashboard.json'), 'utf8'), /"token"/)
  }
})
