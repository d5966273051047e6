import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { Fresh } from '../accounts.suite.ts'
import { admin, client, logIn, newcomer, registered, serviceToken, startIdentity } from '../identity.fixture.ts'

type Identity = Awaited<ReturnType<typeof startIdentity>>
const form = { 'content-type': 'application/x-www-form-urlencoded' }

const jwks = async ({ ask }: Identity) =>
  (await ask('GET', '/.well-known/jwks.json')).body.keys as { kid: string; d?: string }[]

/** What callers get wrong, and the field that the answer must name. */
const wrongRegistrations: readonly [what: string, change: Record<string, unknown> | string, field: string][] = [
  ['no address', { email: undefined }, 'email'],
  ['an address that is none', { email: 'ann' }, 'email'],
  ['an endless address', { email: `${'a'.repeat(300)}@example.org` }, 'email'],
  ['a password of nine letters', { password: 'ninechars' }, 'password'],
  ['a password of 201 letters', { password: 'x'.repeat(201) }, 'password'],
  ['a password that is a number', { password: 1234567890 }, 'password'],
  ['an empty name', { name: '  ' }, 'name'],
  ['a phone number with letters', { phone: '0800-CALL' }, 'phone'],
  ['an unknown channel', { preferences: { channels: ['owl'], quietHours: null } }, 'preferences.channels.0'],
  [
    'an unknown time zone',
    { preferences: { channels: [], quietHours: { from: '22:00', to: '07:00', timeZone: 'Mars/Base' } } },
    'preferences.quietHours.timeZone',
  ],
  [
    'an hour that is none',
    { preferences: { channels: [], quietHours: { from: '25:00', to: '07:00', timeZone: 'UTC' } } },
    'preferences.quietHours.from',
  ],
  ['a list', '[]', 'body'],
  ['half of a JSON', '{"password":"hunter-two-canary"', 'body'],
  ['no JSON', '{"password": hunter-two-canary}', 'body'],
]

export const tokenTests = (fresh: Fresh): void => {
  test('given a user and a service, when they get tokens, then these say what services check, and the document says where all is', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const ann = await registered(identity)
    const service = String((await serviceToken(identity, 'user-key:read')).body.access_token)
    const { kid } = (await jwks(identity))[0]!
    for (const token of [ann.accessToken, service])
      assert.deepEqual(decodeProtectedHeader(token), { alg: 'ES256', typ: 'at+jwt', kid })
    const of = ({ iss, aud, sub, role, scope, client_id, exp, iat, jti }: ReturnType<typeof decodeJwt>) => {
      assert.ok(typeof jti === 'string' && exp! - iat! === 300)
      return { iss, aud, sub, role, scope, client_id }
    }
    const common = { iss: 'http://identity.test', aud: 'saga-lab' }
    assert.deepEqual(of(decodeJwt(ann.accessToken)), {
      ...common,
      sub: ann.userId,
      role: 'customer',
      scope: 'shop',
      client_id: 'saga-lab',
    })
    assert.deepEqual(of(decodeJwt(service)), {
      ...common,
      sub: client.id,
      role: 'service',
      scope: 'user-key:read',
      client_id: client.id,
    })
    const { body } = await identity.ask('GET', '/.well-known/openid-configuration')
    assert.equal(body.jwks_uri, 'http://identity.test/.well-known/jwks.json')
  })

  test('given clients, then a secret in the form is as good as one in the header; wrong secrets, scopes and grants are refused in the words of OAuth', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const ask = (fields: Record<string, string>) =>
      identity.ask('POST', '/oauth/token', { body: new URLSearchParams(fields).toString(), headers: form })
    const grant_type = 'client_credentials'
    const known = { client_id: client.id, client_secret: client.secret }
    const all = await ask({ grant_type, ...known })
    assert.deepEqual(
      [all.status, all.body.scope, all.headers.get('cache-control')],
      [200, 'user-key:read shop', 'no-store'],
    )
    const expected: [fields: Record<string, string>, status: number, error: string][] = [
      [{ grant_type, client_id: client.id, client_secret: 'guess' }, 401, 'invalid_client'],
      [{ grant_type, client_id: 'nobody', client_secret: client.secret }, 401, 'invalid_client'],
      [{ grant_type }, 401, 'invalid_client'],
      [{ grant_type, ...known, scope: 'shop admin' }, 400, 'invalid_scope'],
      [{ grant_type: 'password', ...known, username: newcomer.email }, 400, 'unsupported_grant_type'],
    ]
    for (const [fields, status, error] of expected) {
      const answer = await ask(fields)
      assert.deepEqual([answer.status, answer.body.error], [status, error])
    }
    const twice = await identity.ask('POST', '/oauth/token', {
      body: 'grant_type=client_credentials&grant_type=client_credentials',
      headers: form,
    })
    assert.equal(twice.status, 400)
  })

  test('given keys, when an administrator rotates them, then the next is published at once and the first still signs; a restart keeps both', async (t) => {
    const url = await fresh(t)
    const identity = await startIdentity(t, url)
    const root = await logIn(identity, admin.email, admin.password)
    const ann = await registered(identity)
    const rotate = (token?: string) => identity.ask('POST', '/admin/keys/rotate', token === undefined ? {} : { token })
    assert.deepEqual([(await rotate()).status, (await rotate(ann.accessToken)).status], [401, 403])
    const [first] = await jwks(identity)
    const next = await rotate(root.accessToken)
    assert.equal(next.status, 202)
    assert.ok(Date.parse(String(next.body.signsFrom)) > Date.now() + 30_000)
    const keys = await jwks(identity)
    assert.deepEqual(
      keys.map(({ kid }) => kid),
      [first!.kid, next.body.kid],
    )
    assert.ok(keys.every(({ d }) => d === undefined))
    const { accessToken } = await logIn(identity, newcomer.email, newcomer.password)
    assert.equal(decodeProtectedHeader(accessToken).kid, first!.kid)
    await identity.stop()
    const again = await startIdentity(t, url)
    assert.deepEqual(await jwks(again), keys)
    assert.equal((await again.ask('GET', '/auth/me', { token: accessToken })).status, 200)
  })

  test('given what is no registration, then the answer names the field and repeats nothing of what was sent; nobody is there', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    for (const [what, change, field] of wrongRegistrations) {
      const body = typeof change === 'string' ? change : { ...newcomer, ...change }
      const answer = await identity.ask('POST', '/auth/register', { body })
      assert.deepEqual([answer.status, answer.body.errors?.[0]?.field], [400, field], what)
      assert.doesNotMatch(JSON.stringify(answer.body), /hunter-two|correct horse|ninechars/, what)
    }
    const large = await identity.ask('POST', '/auth/register', { body: { ...newcomer, name: 'x'.repeat(10_000_000) } })
    assert.equal(large.status, 413)
    assert.equal((await identity.ask('POST', '/auth/login', { body: newcomer })).status, 401)
  })

  test('given no token, or one of a customer, then no door opens that needs more', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const { accessToken, userId } = await registered(identity)
    const doors: [method: string, path: string, forCustomer: number][] = [
      ['GET', '/auth/me', 200],
      ['GET', '/auth/users', 403],
      ['PUT', `/auth/users/${userId}/role`, 403],
      ['POST', `/auth/users/${userId}/deactivate`, 403],
      ['GET', `/internal/users/${userId}/key`, 403],
      ['POST', '/admin/keys/rotate', 403],
    ]
    for (const [method, path, forCustomer] of doors) {
      const body = method === 'GET' ? {} : { body: { role: 'admin' } }
      assert.equal((await identity.ask(method, path, body)).status, 401, path)
      assert.equal((await identity.ask(method, path, { ...body, token: accessToken })).status, forCustomer, path)
    }
  })
}
