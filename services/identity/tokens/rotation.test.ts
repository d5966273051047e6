import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Authenticate, createAuthenticate } from '../../../kit/service/http/auth.ts'
import { openStore } from '../../../kit/store/open-store.ts'
import { type IdentityTables, migrations } from '../storage.ts'
import { createIssue } from './issue.ts'
import { createKeyStore } from './key-store.ts'
import { type Keys, type KeysOptions, openKeys } from './keys.ts'

const lifeSeconds = 120
const minute = 60_000

const openInstance = async (t: TestContext, leadMs: number) => {
  const store = await openStore<IdentityTables>({ url: ':memory:', migrations })
  t.after(() => store.close())
  const options: KeysOptions = {
    keyStore: createKeyStore(store),
    now: Date.now,
    leadMs,
    tokensLiveMs: lifeSeconds * 1_000,
    maxAgeMs: 1_000 * minute,
  }
  return { options, keys: await openKeys(options) }
}

const serveKeys = async (t: TestContext, keys: Keys): Promise<string> => {
  const server = createServer((_, response) => response.end(JSON.stringify({ keys: keys.published() })))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  t.after(() => server.close())
  t.after(() => server.closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Run {
  readonly issued: number
  readonly rejected: number
  readonly signers: ReadonlySet<string>
}

/**
 * Ten minutes in steps of five seconds on a clock of its own, with two rotations. Each step a token is signed and taken to all verifiers, and every
 * token that still lives is taken to one of them. New verifiers join all the while, so that some know the keys for long and some for no time.
 */
const tenMinutes = async (t: TestContext, leadMs: number): Promise<Run & { published: number }> => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 })
  const { keys, options } = await openInstance(t, leadMs)
  const issuer = await serveKeys(t, keys)
  const verifierOf = () => createAuthenticate({ issuer, audience: 'saga-lab' })
  const issue = createIssue({ keys, issuer, audience: 'saga-lab', lifeSeconds, now: Date.now, newId: randomUUID })
  const verifiers: Authenticate[] = [await verifierOf()]
  const living: { bearer: string; until: number }[] = []
  const signers = new Set<string>()
  let issued = 0
  let rejected = 0
  const present = async (bearer: string, to: readonly Authenticate[]) => {
    for (const verify of to) await verify(bearer).catch(() => rejected++)
  }
  for (let step = 0; step < 120; step++) {
    if (step === 20 || step === 70) await keys.rotate()
    if (step % 3 === 0) verifiers.push(await verifierOf())
    const { accessToken } = await issue({ sub: `u${step}`, role: 'customer', scopes: [], clientId: 'test' })
    signers.add((await keys.signer()).kid)
    living.push({ bearer: `Bearer ${accessToken}`, until: Date.now() + lifeSeconds * 1_000 })
    issued++
    await present(living.at(-1)!.bearer, verifiers)
    for (const { bearer } of living.filter(({ until }) => until > Date.now()))
      await present(bearer, [verifiers[step % verifiers.length]!])
    await keys.tend()
    t.mock.timers.tick(5_000)
  }
  const again = await openKeys(options)
  assert.deepEqual(again.published(), keys.published(), 'a restart, and a second instance, know the same keys')
  return { issued, rejected, signers, published: keys.published().length }
}

test('given tokens that flow, when keys are rotated twice, then none is rejected, and the old keys are gone in the end', async (t) => {
  const { issued, rejected, signers, published } = await tenMinutes(t, minute)
  assert.deepEqual(
    { issued, rejected, signers: signers.size, published },
    { issued: 120, rejected: 0, signers: 3, published: 1 },
  )
})

test('given a key that signs as soon as it is published, when keys are rotated, then good tokens are rejected: the lead is what helps', async (t) => {
  const { rejected } = await tenMinutes(t, 0)
  assert.ok(rejected > 0)
})

test('given a key that is on its way, when rotation is asked for again, then it is the same one', async (t) => {
  const { keys } = await openInstance(t, minute)
  const [first, second] = [await keys.rotate(), await keys.rotate()]
  assert.deepEqual(second, first)
  assert.equal(keys.published().length, 2)
})

test('given a key of a certain age, when the keys are tended, then it gets a successor', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { keys } = await openInstance(t, minute)
  await keys.tend()
  assert.equal(keys.published().length, 1)
  t.mock.timers.tick(1_001 * minute)
  await keys.tend()
  assert.equal(keys.published().length, 2)
})

test('given two instances that start together on an empty database, then they agree on the first key', async (t) => {
  const { options, keys } = await openInstance(t, minute)
  await options.keyStore.drop((await options.keyStore.load()).map(({ kid }) => kid))
  const [one, other] = await Promise.all([openKeys(options), openKeys(options)])
  assert.deepEqual(one.published(), other.published())
  assert.equal(one.published().length, 1)
  assert.equal((await one.signer()).kid, (await other.signer()).kid)
  assert.notDeepEqual(one.published(), keys.published())
})

test('given published keys, then nothing of their private part is among them', async (t) => {
  const { keys } = await openInstance(t, minute)
  for (const jwk of keys.published())
    assert.deepEqual(Object.keys(jwk).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
})
