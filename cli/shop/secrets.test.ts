import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { readClients } from '../../services/identity/tokens/clients.ts'
import { ensureSecrets } from './secrets.ts'
import { SHOP_PORTS } from './usual-ports.ts'
import { wholeShop } from './whole-shop.ts'

const made = (t: { after(clean: () => void): void }) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'secrets-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return { dir, secrets: ensureSecrets(dir) }
}
const urlOf = (name: string) => `http://127.0.0.1/${name}`

test('given a new install, then its secrets are its own, kept at the next start, and readable by their owner alone', (t) => {
  const { dir, secrets } = made(t)
  const files = [
    secrets.clientsFile,
    secrets.adminPasswordFile,
    secrets.secretFile('lab'),
    secrets.secretFile('notification'),
  ]
  const texts = files.map((file) => readFileSync(file, 'utf8'))
  assert.equal(new Set(texts).size, texts.length)
  chmodSync(secrets.clientsFile, 0o644)
  ensureSecrets(dir)
  assert.deepEqual(
    files.map((file) => readFileSync(file, 'utf8')),
    texts,
  )
  for (const file of files) assert.equal(statSync(file).mode & 0o777, 0o600, file)
  assert.equal(statSync(path.dirname(secrets.clientsFile)).mode & 0o777, 0o700)
})

test('given the file for identity, then it knows the clients by their secrets, and holds none of them', (t) => {
  const { secrets } = made(t)
  const secret = readFileSync(secrets.secretFile('notification'), 'utf8').trim()
  const clients = readClients(secrets.clientsFile)
  assert.deepEqual(clients.authenticate('notification', secret)?.scopes, ['user-key:read'])
  assert.deepEqual(clients.authenticate('lab', readFileSync(secrets.secretFile('lab'), 'utf8').trim())?.scopes, [])
  assert.equal(clients.authenticate('lab', secret), undefined)
  const text = readFileSync(secrets.clientsFile, 'utf8')
  assert.ok(!text.includes(secret) && text.includes(createHash('sha256').update(secret).digest('base64url')))
})

test('given the whole shop, then each service is told of the others by address, and of secrets by path alone', (t) => {
  const { secrets } = made(t)
  const wishes = wholeShop(secrets, { SMTP_URL: 'smtp://127.0.0.1:2525', OTHER: 'x' })
  assert.deepEqual(
    wishes.map(({ name }) => name),
    Object.keys(SHOP_PORTS),
  )
  const envs = wishes.map(({ env }) => (typeof env === 'function' ? env(urlOf) : {}))
  for (const env of envs) assert.deepEqual([env.SHOP, env.AUTH_ISSUER], ['whole', urlOf('identity')])
  const gateway = envs.at(-1)!
  for (const name of Object.keys(SHOP_PORTS).filter((name) => name !== 'gateway'))
    assert.equal(gateway[`${name.toUpperCase()}_URL`], urlOf(name))
  assert.equal(envs[3]?.SMTP_URL, 'smtp://127.0.0.1:2525')
  const values = envs.flatMap((env) => Object.values(env)).join(' ')
  for (const file of [secrets.adminPasswordFile, secrets.secretFile('lab'), secrets.secretFile('notification')])
    assert.ok(!values.includes(readFileSync(file, 'utf8').trim()))
})
