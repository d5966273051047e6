import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readClients } from './clients.ts'

const fileOf = (t: TestContext, text: string, mode = 0o600): string => {
  const dir = mkdtempSync(join(tmpdir(), 'clients-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, 'clients.json')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

const one = { clientId: 'notification', secretHash: 'A'.repeat(43), scopes: ['user-key:read'] }

test('given no file, then there are no clients', () => {
  assert.equal(readClients(undefined).authenticate('', ''), undefined)
})

test('given a file that others may read, then the service does not start with it', {
  skip: process.platform === 'win32',
}, (t) => {
  const path = fileOf(t, JSON.stringify([one]), 0o640)
  assert.throws(() => readClients(path), /CLIENTS_FILE=.*others may read it; chmod 600/)
  chmodSync(path, 0o600)
  readClients(path)
})

const wrong: Readonly<Record<string, [text: string, word: RegExp]>> = {
  'no JSON': ['[{"clientId":', /not JSON/],
  'a secret in clear': [JSON.stringify([{ ...one, secretHash: undefined, secret: 'canary' }]), /secretHash/],
  'a scope with a blank': [JSON.stringify([{ ...one, scopes: ['a b'] }]), /scopes/],
}

for (const [what, [text, word]] of Object.entries(wrong)) {
  test(`given ${what}, then the fault names the setting and the field, and nothing of the content`, (t) => {
    const path = fileOf(t, text)
    assert.throws(
      () => readClients(path),
      (error: Error) =>
        word.test(error.message) && error.message.includes('CLIENTS_FILE') && !/canary/.test(error.message),
    )
  })
}

test('given a file that is not there, then the fault names the setting', () => {
  assert.throws(() => readClients('/nowhere/clients.json'), /CLIENTS_FILE=\/nowhere\/clients.json: ENOENT/)
})
