import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { before, type TestContext, test } from 'node:test'
import { createApp } from './app.ts'
import { type Authenticate, createAuthenticate } from './auth.ts'
import type { Caller } from './caller.ts'
import { route } from './route.ts'

const audience = 'saga-lab'
const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ours = pair()
const foreign = pair()
const jwkOf = (key: KeyObject) => ({ ...key.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' })

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
type Signer = (text: string) => string
const es256 =
  (key: KeyObject): Signer =>
  (text) =>
    sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')

/** Made by hand: no library would make the bad ones. */
const token = (header: object, claims: object, signer: Signer): string => {
  const text = `${part({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })}.${part(claims)}`
  return `${text}.${signer(text)}`
}

const serve = async (t: TestContext, server: Server): Promise<string> => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  t.after(() => server.close())
  t.after(() => server.closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An issuer with keys that the test may change. */
const issuerOf = async (t: TestContext, keys: readonly object[]) => {
  const state = { keys, status: 200, asked: 0 }
  const server = createServer((request, response) => {
    state.asked += request.url === '/.well-known/jwks.json' ? 1 : 0
    response.writeHead(state.status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: state.keys }))
  })
  return { state, url: await serve(t, server) }
}

const now = () => Math.floor(Date.now() / 1_000)
const claimsFor = (issuer: string) => ({
  iss: issuer,
  aud: audience,
  sub: 'u1',
  jti: randomUUID(),
  iat: now(),
  exp: now() + 300,
  role: 'customer',
  scope: 'a b',
})

const refusalOf = async (authenticate: Authenticate, bearer: string | undefined) => {
  const refused = await authenticate(bearer).then(
    (caller) => assert.fail(`let in as ${JSON.stringify(caller)}`),
    (error: { status: number; headers: Record<string, string> }) => error,
  )
  return refused
}

test('given a good token, then its subject, role and scopes are known', async (t) => {
  const { url } = await issuerOf(t, [jwkOf(ours.publicKey)])
  const authenticate = await createAuthenticate({ issuer: url, audience })
  const good = token({}, claimsFor(url), es256(ours.privateKey))
  const expected: Caller = { sub: 'u1', role: 'customer', scopes: ['a', 'b'] }
  assert.deepEqual(await authenticate(`Bearer ${good}`), expected)
  assert.deepEqual(await authenticate(`bearer ${good}`), expected)
})

type Forge = (url: string) => string | undefined
const ourSignature = es256(ours.privateKey)
const withClaims =
  (change: object): Forge =>
  (url) =>
    token({}, { ...claimsFor(url), ...change }, ourSignature)
const publicPem = ours.publicKey.export({ format: 'pem', type: 'spki' }).toString()

const bad: Readonly<Record<string, Forge>> = {
  'no token': () => undefined,
  'an expired one': withClaims({ iat: now() - 400, exp: now() - 60 }),
  'another audience': withClaims({ aud: 'bank' }),
  'another issuer': withClaims({ iss: 'https://elsewhere.example' }),
  'alg none': (url) => token({ alg: 'none' }, claimsFor(url), () => ''),
  'alg none with a signature': (url) => token({ alg: 'none' }, claimsFor(url), ourSignature),
  'HS256 with the public key as the secret': (url) =>
    token({ alg: 'HS256' }, claimsFor(url), (text) => createHmac('sha256', publicPem).update(text).digest('base64url')),
  'a foreign key under our kid': (url) => token({}, claimsFor(url), es256(foreign.privateKey)),
  'a key of its own in the header': (url) =>
    token({ jwk: jwkOf(foreign.publicKey) }, claimsFor(url), es256(foreign.privateKey)),
  'claims changed after signing': (url) => {
    const [head, , signature] = token({}, claimsFor(url), ourSignature).split('.')
    return `${head}.${part({ ...claimsFor(url), role: 'admin' })}.${signature}`
  },
  'the signature cut off': (url) => token({}, claimsFor(url), ourSignature).replace(/[^.]+$/, ''),
  'an ID token by its type': (url) => token({ typ: 'JWT' }, claimsFor(url), ourSignature),
  'one that is not valid yet': withClaims({ nbf: now() + 120 }),
  'one from the future': withClaims({ iat: now() + 120, exp: now() + 240 }),
  'one older than ten minutes, with a far end': withClaims({ iat: now() - 700, exp: now() + 9_000 }),
  'no end': withClaims({ exp: undefined }),
  'no subject': withClaims({ sub: undefined }),
  'no id': withClaims({ jti: undefined }),
  'no issue time': withClaims({ iat: undefined }),
  'a role that is none': withClaims({ role: 'root' }),
  'an unknown critical header': (url) => token({ crit: ['x'], x: 1 }, claimsFor(url), ourSignature),
  'an unknown kid': (url) => token({ kid: 'k9' }, claimsFor(url), ourSignature),
  'a word': () => 'swordfish',
}

for (const [what, forge] of Object.entries(bad)) {
  test(`given ${what}, then it is refused with 401 and a challenge`, async (t) => {
    const { url } = await issuerOf(t, [jwkOf(ours.publicKey)])
    const authenticate = await createAuthenticate({ issuer: url, audience })
    const forged = forge(url)
    const refused = await refusalOf(authenticate, forged === undefined ? undefined : `Bearer ${forged}`)
    assert.equal(refused.status, 401)
    assert.match(refused.headers['www-authenticate'] ?? '', /^Bearer realm=/)
  })
}

test('given a token whose header points to keys elsewhere, then nobody asks there', async (t) => {
  const elsewhere = await issuerOf(t, [jwkOf(foreign.publicKey)])
  const { url } = await issuerOf(t, [jwkOf(ours.publicKey)])
  const authenticate = await createAuthenticate({ issuer: url, audience })
  const there = `${elsewhere.url}/.well-known/jwks.json`
  for (const header of [{ jku: there }, { x5u: there }, { jku: there, kid: 'k2' }]) {
    const forged = token(header, claimsFor(url), es256(foreign.privateKey))
    assert.equal((await refusalOf(authenticate, `Bearer ${forged}`)).status, 401)
  }
  assert.equal(elsewhere.state.asked, 0)
})

test('given an issuer that is not up yet, when a token comes, then 503 asks for patience; once it is up, the token is good', async (t) => {
  const issuer = await issuerOf(t, [jwkOf(ours.publicKey)])
  issuer.state.status = 500
  const authenticate = await createAuthenticate({ issuer: issuer.url, audience })
  const bearer = `Bearer ${token({}, claimsFor(issuer.url), ourSignature)}`
  const refused = await refusalOf(authenticate, bearer)
  assert.equal(refused.status, 503)
  assert.ok(Number(refused.headers['retry-after']) > 0)
  issuer.state.status = 200
  const caller = await untilLetIn(authenticate, bearer)
  assert.equal(caller.sub, 'u1')
})

const untilLetIn = async (authenticate: Authenticate, bearer: string): Promise<Caller> => {
  const deadline = performance.now() + 20_000
  for (;;) {
    try {
      return await authenticate(bearer)
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

test('given an issuer that went away for longer than its keys are kept, then its tokens still count, and those of an unknown key may come again', async (t) => {
  const issuer = await issuerOf(t, [jwkOf(ours.publicKey)])
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const authenticate = await createAuthenticate({ issuer: issuer.url, audience })
  const fresh = () => ({ ...claimsFor(issuer.url), jti: randomUUID() })
  await authenticate(`Bearer ${token({}, fresh(), ourSignature)}`)
  issuer.state.status = 500
  t.mock.timers.tick(11 * 60_000)
  assert.equal((await authenticate(`Bearer ${token({}, fresh(), ourSignature)}`)).sub, 'u1')
  const unknown = token({ kid: 'k2' }, fresh(), es256(foreign.privateKey))
  assert.equal((await refusalOf(authenticate, `Bearer ${unknown}`)).status, 503)
})

test('given a token that was good, when it ends, then being remembered does not prolong it', async (t) => {
  const { url } = await issuerOf(t, [jwkOf(ours.publicKey)])
  let clock = Date.now()
  const authenticate = await createAuthenticate({ issuer: url, audience, now: () => clock })
  const bearer = `Bearer ${token({}, { ...claimsFor(url), exp: now() + 3 }, ourSignature)}`
  await authenticate(bearer)
  clock += 7_000
  assert.equal((await authenticate(bearer)).sub, 'u1', 'clocks may differ by five seconds')
  clock += 5_000
  assert.equal((await refusalOf(authenticate, bearer)).status, 401)
})

let callers: (Caller | null)[] = []
const open = (needs?: Parameters<typeof route>[0]['needs']) =>
  route({
    method: 'get',
    path: `/${needs === undefined ? 'default' : typeof needs === 'object' ? 'scope' : needs}`,
    summary: 'A door',
    ...(needs === undefined ? {} : { needs }),
    responses: { 200: { description: 'In' } },
    handle: ({ caller }) => {
      callers.push(caller)
      return { status: 200, body: {} }
    },
  })
const routes = [open(), open('anyone'), open('caller'), open('staff'), open('admin'), open({ scope: 'user-key:read' })]
before(() => {
  callers = []
})

const appUrl = (t: TestContext, authenticate?: Authenticate): Promise<string> =>
  serve(
    t,
    createServer(
      createApp({
        service: 'things',
        version: '1',
        routes,
        isReady: () => true,
        isAlive: () => true,
        metrics: async () => ({ contentType: 'text/plain', text: '' }),
        onError: () => undefined,
        authenticate,
      }),
    ),
  )

test('given routes with needs, then each role gets in where it may, 403 says what is missing, and nobody comes in without a token', async (t) => {
  const { url: issuer } = await issuerOf(t, [jwkOf(ours.publicKey)])
  const url = await appUrl(t, await createAuthenticate({ issuer, audience }))
  const bearer = (change: object) => ({
    authorization: `Bearer ${token({}, { ...claimsFor(issuer), ...change }, ourSignature)}`,
  })
  const customer = bearer({})
  const admin = bearer({ role: 'admin' })
  const service = bearer({ role: 'service', scope: 'user-key:read' })
  const expected: [path: string, none: number, customer: number, admin: number, service: number][] = [
    ['default', 401, 200, 200, 200],
    ['anyone', 200, 200, 200, 200],
    ['caller', 401, 200, 200, 200],
    ['staff', 401, 403, 200, 200],
    ['admin', 401, 403, 200, 403],
    ['scope', 401, 403, 403, 200],
    ['ready', 200, 200, 200, 200],
  ]
  for (const [path, ...statuses] of expected) {
    const got = []
    for (const headers of [{}, customer, admin, service]) got.push((await fetch(`${url}/${path}`, { headers })).status)
    assert.deepEqual(got, statuses, path)
  }
  const refused = await fetch(`${url}/scope`, { headers: customer })
  assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_scope.*user-key:read/)
  assert.match(((await refused.json()) as { detail: string }).detail, /user-key:read/)
  const { paths, components } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, { get: { security?: unknown; responses: object } }>
    components: { securitySchemes: object }
  }
  assert.deepEqual(paths['/scope']?.get.security, [{ bearer: ['user-key:read'] }])
  assert.equal(paths['/anyone']?.get.security, undefined)
  assert.ok('401' in paths['/default']!.get.responses && 'bearer' in components.securitySchemes)
})

test('given a service that checks no tokens, then all is open and the caller is unknown', async (t) => {
  const url = await appUrl(t)
  callers = []
  for (const path of ['default', 'admin', 'scope']) assert.equal((await fetch(`${url}/${path}`)).status, 200)
  assert.deepEqual(callers, [null, null, null])
})
