/** Who gets in, and who does not, asked of a real server. Each line of the tables is one visitor. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ask, hubWithoutShop, knock, tokenOf } from '../hub.fixture.ts'

const hub = await hubWithoutShop({ after })
const own = `127.0.0.1:${hub.port}`
const token = tokenOf(hub)
const JSON_TYPE = { 'content-type': 'application/json' }

const key = (): Record<string, string> => ({ authorization: `Bearer ${token}` })
const post = (headers: Record<string, string>, body = '{}', path = '/api/ticket') =>
  ask(hub.port, 'POST', path, { ...key(), ...headers }, body)
const read = (headers: Record<string, string>, path = '/api/me') => ask(hub.port, 'GET', path, headers)
const ticket = async (): Promise<string> => JSON.parse((await post(JSON_TYPE)).body).ticket

const visitors: readonly (readonly [who: string, status: number, visit: () => Promise<{ status: number }>])[] = [
  ['the page itself is loaded', 200, () => read({}, '/')],
  ['the page asks with its token', 200, () => read(key())],
  ['the page asks by the name localhost', 200, () => read({ ...key(), host: `localhost:${hub.port}` })],
  ['the page asks by the name LOCALHOST', 200, () => read({ ...key(), host: `LOCALHOST:${hub.port}` })],
  ['the page asks by the loopback address of IPv6', 200, () => read({ ...key(), host: `[::1]:${hub.port}` })],
  ['somebody types the address in (none)', 200, () => read({ ...key(), 'sec-fetch-site': 'none' })],
  ['no Host comes', 421, () => ask(hub.port, 'GET', '/api/me', key(), undefined, 'without Host')],
  [
    'the page posts from its own origin',
    200,
    () => post({ ...JSON_TYPE, origin: `http://${own}`, 'sec-fetch-site': 'same-origin' }),
  ],
  ['curl posts with the token', 200, () => post(JSON_TYPE)],
  ['a rebound name comes as Host', 421, () => read({ ...key(), host: `evil.example:${hub.port}` })],
  ['our address comes with another port as Host', 421, () => read({ ...key(), host: '127.0.0.1:1' })],
  ['our address without a port comes as Host', 421, () => read({ ...key(), host: '127.0.0.1' })],
  ['a rebound name asks for the page', 421, () => read({ host: `evil.example:${hub.port}` }, '/')],
  ['nobody brings a token', 401, () => read({})],
  ['a wrong token comes', 401, () => read({ authorization: `Bearer ${token.slice(1)}x` })],
  ['the token comes as a cookie', 401, () => read({ cookie: `token=${token}` })],
  ['the token comes in the address', 401, () => read({}, `/api/me?token=${token}`)],
  ['a sandboxed page posts (Origin null)', 403, () => post({ ...JSON_TYPE, origin: 'null' })],
  ['another site posts', 403, () => post({ ...JSON_TYPE, origin: 'https://evil.example' })],
  ['a page of another local port posts', 403, () => post({ ...JSON_TYPE, origin: 'http://127.0.0.1:3000' })],
  [
    'a page of another local port deletes',
    403,
    () => ask(hub.port, 'DELETE', '/api/faults/all', { ...key(), origin: 'http://127.0.0.1:3000' }),
  ],
  [
    'our own page deletes',
    409,
    () => ask(hub.port, 'DELETE', '/api/faults/all', { ...key(), origin: `http://${own}` }),
  ],
  ['our host by https posts', 403, () => post({ ...JSON_TYPE, origin: `https://${own}` })],
  ['a page of another local port reads (same-site)', 403, () => read({ ...key(), 'sec-fetch-site': 'same-site' })],
  ['another site reads (cross-site)', 403, () => read({ ...key(), 'sec-fetch-site': 'cross-site' })],
  ['a form posts text', 415, () => post({ 'content-type': 'text/plain' })],
  ['a form posts fields', 415, () => post({ 'content-type': 'application/x-www-form-urlencoded' }, 'a=1')],
  ['somebody posts without a type', 415, () => post({})],
  [
    'a browser asks whether it may (preflight)',
    405,
    () => ask(hub.port, 'OPTIONS', '/api/orders', { origin: 'https://evil.example' }),
  ],
  ['somebody puts', 405, () => ask(hub.port, 'PUT', '/api/me', { ...key(), ...JSON_TYPE }, '{}')],
  ['a path leads out of the folder', 404, () => read({}, '/../../../../etc/passwd')],
  ['a path leads out, encoded', 404, () => read({}, '/..%2f..%2f..%2fetc%2fpasswd')],
  ['a body is too large', 413, () => post(JSON_TYPE, JSON.stringify('x'.repeat(70_000)))],
  ['a body is no JSON', 400, () => post(JSON_TYPE, '{')],
  ['a body is not what was asked for', 422, () => post(JSON_TYPE, '{"service":"bank","instances":4}', '/api/scale')],
  ['somebody asks for what is not there', 404, () => read(key(), '/api/secrets')],
  ['a service sends its spans', 200, () => ask(hub.port, 'POST', '/v1/traces', JSON_TYPE, '{"resourceSpans":[]}')],
  [
    'a web page sends spans',
    403,
    () => ask(hub.port, 'POST', '/v1/traces', { ...JSON_TYPE, origin: 'https://evil.example' }, '{}'),
  ],
  ['a form sends spans', 415, () => ask(hub.port, 'POST', '/v1/traces', { 'content-type': 'text/plain' }, '{}')],
  ['spans are no OTLP', 400, () => ask(hub.port, 'POST', '/v1/traces', JSON_TYPE, '{"resourceSpans":3}')],
]
for (const [who, status, visit] of visitors) {
  test(`given that ${who}, then the answer is ${status}`, async () => assert.equal((await visit()).status, status))
}

const callers: readonly (readonly [
  who: string,
  end: 'open' | number,
  headers: () => Record<string, string>,
  given?: () => Promise<string>,
])[] = [
  ['the page brings its ticket', 'open', () => ({ origin: `http://${own}` })],
  ['another site brings a ticket', 403, () => ({ origin: 'https://evil.example' })],
  ['a page of another local port brings a ticket', 403, () => ({ origin: 'http://127.0.0.1:3000' })],
  ['a program without an origin brings a ticket', 403, () => ({})],
  ['a rebound name brings a ticket', 421, () => ({ origin: `http://${own}`, host: `evil.example:${hub.port}` })],
  ['a frame of another site brings a ticket', 403, () => ({ origin: `http://${own}`, 'sec-fetch-site': 'cross-site' })],
  [
    'a page of another local port says that it is ours (same-site)',
    403,
    () => ({ origin: `http://${own}`, 'sec-fetch-site': 'same-site' }),
  ],
  ['a sandboxed page (Origin null) brings a ticket', 403, () => ({ origin: 'null' })],
  ['our host by https brings a ticket', 403, () => ({ origin: `https://${own}` })],
  ['the page brings none', 401, () => ({ origin: `http://${own}` }), async () => ''],
  ['somebody makes one up', 401, () => ({ origin: `http://${own}` }), async () => 'x'.repeat(43)],
]
for (const [who, end, headers, given = ticket] of callers) {
  test(`given a WebSocket, when ${who}, then the end is ${end}`, async () => {
    assert.equal(await knock(hub.port, `/ws?ticket=${await given()}`, headers()), end)
  })
}

test('given a ticket, when it is used twice, then the second one is refused', async () => {
  const path = `/ws?ticket=${await ticket()}`
  const headers = { origin: `http://${own}` }
  assert.deepEqual([await knock(hub.port, path, headers), await knock(hub.port, path, headers)], ['open', 401])
})

test('given a WebSocket elsewhere than at /ws, then there is none', async () => {
  assert.equal(await knock(hub.port, `/api/me?ticket=${await ticket()}`, { origin: `http://${own}` }), 404)
})

/** What Node adds by itself, and what tells of the body. */
const OF_THE_WIRE = new Set(['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'])

test('given any answer, then it forbids inline scripts, scripts from elsewhere, frames and other origins, and says nothing more', async () => {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
  const always = {
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
  const spans = ask(hub.port, 'POST', '/v1/traces', JSON_TYPE, '{"resourceSpans":[]}')
  const vote = post(JSON_TYPE, '{"lesson":"l","step":0,"voteOpen":false}', '/api/lesson')
  for (const said of [read({}, '/'), read(key()), read({}, '/none'), post({}), post(JSON_TYPE), spans, vote]) {
    const { headers } = await said
    assert.deepEqual(Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_WIRE.has(name))), always)
  }
  const { headers, status } = await read({})
  assert.equal(status, 401)
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_WIRE.has(name)))
  assert.deepEqual(own, { ...always, 'www-authenticate': 'Bearer realm="hub"' })
})

test('given an address that is no path, then nothing leads elsewhere', async () => {
  for (const path of ['//evil.example/api/me', 'http://evil.example/api/me', '/\\evil.example', '/%00']) {
    assert.ok([200, 400, 401, 404].includes((await read({}, path)).status), path)
  }
})

test('given a token of 256 bits in the fragment, then no page or address that a server sees holds it', async () => {
  assert.equal(Buffer.from(token, 'base64url').length, 32)
  assert.equal(new URL(hub.url).search, '')
  assert.ok(!(await read({}, '/')).body.includes(token))
})
