import assert from 'node:assert/strict'
import { createSecretKey, randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { until } from '../../../kit/kafka/scratch.ts'
import { type GatewayStage, openGatewayStage } from './gateway-stage.ts'

/** Sends bytes as they are; returns all that came back by the time the other side closed. */
const raw = (url: string, send: string, slowly?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    let got = ''
    const socket = connect(Number(port), hostname, () => socket.write(send))
    const drip = slowly === undefined ? undefined : setInterval(() => socket.write(slowly), 500)
    socket.on('data', (bytes) => {
      got += bytes
    })
    // Who writes on to a line that was cut is told so by a reset.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) reject(error)
    })
    socket.once('close', () => {
      clearInterval(drip)
      resolve(got)
    })
  })

describe('a gateway under attack', { timeout: 300_000 }, () => {
  let stage: GatewayStage
  let ann: string
  let bob: string

  before(async () => {
    stage = await openGatewayStage({ RATE_LIMIT_BURST: '1000', RATE_LIMIT_IP: '1000' })
    await stage.issuer.publishNext()
    ann = await stage.issuer.token({ sub: 'ann' })
    bob = await stage.issuer.token({ sub: 'bob' })
  })
  after(() => stage?.stop())

  it('given tokens that are not good, then each is refused with 401, and says nothing of why that would help', async () => {
    const { issuer, ask } = stage
    const foreign = await generateKeyPair('ES256')
    const now = Math.floor(Date.now() / 1_000)
    const claims = {
      sub: 'ann',
      role: 'admin',
      jti: randomUUID(),
      iat: now,
      exp: now + 300,
      iss: issuer.url,
      aud: 'saga-lab',
    }
    const pem = await exportSPKI(
      (await importJWK({ ...issuer.publicJwk }, 'ES256', { extractable: true })) as CryptoKey,
    )
    const [head, body] = ann.split('.') as [string, string]
    const bad: Record<string, string> = {
      expired: await issuer.token({ expires: -60 }),
      'of another audience': await issuer.token({ audience: 'another-shop' }),
      'of another issuer': await issuer.token({ issuer: 'https://evil.example' }),
      'of another type': await issuer.token({}, { typ: 'JWT' }),
      'signed by another key of the same name': await issuer.token({ role: 'admin' }, {}, foreign.privateKey),
      'with a key of its own inside': await issuer.token(
        { role: 'admin' },
        { jwk: issuer.publicJwk },
        foreign.privateKey,
      ),
      'without a signature (alg none)': new UnsecuredJWT(claims).encode(),
      'signed with the public key as a secret': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })
        .sign(createSecretKey(Buffer.from(pem))),
      'whose claims were changed': `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${ann.split('.')[2]}`,
      'whose signature was cut off': `${head}.${body}.`,
      'that is none': 'hello',
    }
    for (const [what, token] of Object.entries(bad)) {
      const { status, headers, text } = await ask('/api/analytics/sales', { as: token })
      assert.equal(status, 401, what)
      assert.match(String(headers['www-authenticate']), /^Bearer /, what)
      assert.ok(!text.includes(token), what)
    }
    assert.equal((await ask('/api/orders')).status, 401)
    assert.equal((await ask('/api/orders', { headers: { authorization: 'Basic YTpi' } })).status, 401)
    assert.equal((await ask(`/api/orders?access_token=${ann}`, { as: ann })).status, 400)
  })

  it('given a key that is rotated (made known, then used, then alone), then no good token is refused on the way', async () => {
    const { issuer, ask } = stage
    const isTaken = async (token: string) => (await ask('/api/stock', { as: token })).status === 200
    assert.ok(await isTaken(ann))
    issuer.signWithNext()
    const fresh = await issuer.token({ sub: 'ann' })
    for (const token of [ann, fresh, ann]) assert.ok(await isTaken(token))
    issuer.forgetOld()
    ann = await issuer.token({ sub: 'ann' })
    bob = await issuer.token({ sub: 'bob' })
    assert.ok(await isTaken(ann))
  })

  it("given another's order, then every door to it answers 404, as for one that does not exist", async () => {
    const orderId = await stage.place(ann)
    for (const path of ['', '/events', '/history', '/stream']) {
      const { status, text } = await stage.ask(`/api/orders/${orderId}${path}`, { as: bob })
      const none = await stage.ask(`/api/orders/none${path}`, { as: bob })
      assert.equal(status, 404, path)
      assert.equal(text, none.text.replaceAll('none', orderId), path)
    }
    assert.equal((await stage.ask(`/api/orders/${orderId}/cancel`, { method: 'POST', as: bob })).status, 404)
    await until(
      async () => (await stage.ask(`/api/payments/${orderId}`, { as: ann })).status === 200,
      'it is paid',
      60_000,
    )
    assert.equal((await stage.ask(`/api/payments/${orderId}`, { as: bob })).status, 404)
    const { body } = await stage.ask('/api/orders?userId=ann&limit=500', { as: bob })
    assert.deepEqual(body.orders, [])
  })

  it('given doors of staff, then customers are turned away', async () => {
    for (const path of ['/api/analytics/sales', '/api/shipments'])
      assert.equal((await stage.ask(path, { as: ann })).status, 403, path)
    for (const path of [
      '/api/payments/1/refund',
      '/api/shipments',
      '/api/analytics/rebuild',
      '/api/notifications/1/resend',
    ])
      assert.equal((await stage.ask(path, { method: 'POST', as: ann })).status, 403, path)
  })

  it('given paths that try to lead elsewhere, then they lead nowhere', async () => {
    const { ask } = stage
    const refused = [
      '/api/orders/..%2f',
      '/api/orders/..%2F..%2Finternal',
      '/api/orders/%2e%2e',
      '/api/orders/a%5cb',
      '/api/orders/a%00',
      '/api/orders/%0d%0aX:y',
      '/api/orders/..',
      '/api/payments/..%2fadmin',
      '/api/orders/%E0%A4%A',
    ]
    for (const path of refused) assert.equal((await ask(path, { as: ann })).status, 400, path)
    const unknown = [
      '/internal/users/ann/key',
      '/api/orders/../internal',
      '//api/orders',
      '/api/%6frders/x/y/z',
      '/faults',
      '/auth/../internal',
      '/api/recommendations/../../faults',
    ]
    for (const path of unknown) assert.equal((await ask(path, { as: ann })).status, 404, path)
    for (const method of ['DELETE', 'PATCH', 'TRACE', 'OPTIONS'])
      assert.equal((await ask('/api/orders', { method, as: ann })).status, 404, method)
  })

  it('given headers that only the gateway may set, then the services never see them', async () => {
    const { body } = await stage.ask('/api/recommendations/products/201?x=1', {
      as: ann,
      headers: {
        connection: 'keep-alive, x-smuggled',
        'x-smuggled': 'yes',
        'keep-alive': 'timeout=9',
        te: 'trailers',
        upgrade: 'h2c',
        'proxy-authorization': 'Basic x',
        forwarded: 'for=1.2.3.4',
        'x-forwarded-for': '1.2.3.4',
        'x-forwarded-host': 'evil.example',
        'x-real-ip': '1.2.3.4',
        'x-http-method-override': 'DELETE',
        cookie: 'a=b',
        host: 'evil.example',
        'accept-encoding': 'gzip',
        'x-user-id': 'root',
      },
    })
    const seen = body.headers as Record<string, string>
    assert.deepEqual(Object.keys(seen).sort(), [
      'authorization',
      'connection',
      'host',
      'traceparent',
      'x-correlation-id',
    ])
    assert.match(seen.host ?? '', /^127\.0\.0\.1:\d+$/)
    assert.equal(seen.connection, 'keep-alive')
    assert.match(seen.traceparent ?? '', /^00-[\da-f]{32}-[\da-f]{16}-0[01]$/)
    assert.equal(body.url, '/api/recommendations/products/201?x=1')
  })

  it('given requests that two servers would read in two ways, then they are refused', async () => {
    const start = `POST /api/orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ann}\r\n`
    const both = 'content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /api/stock HTTP/1.1\r\n\r\n'
    for (const text of [
      start + both,
      `${start}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      `${start}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
    ])
      assert.match(await raw(stage.url, text), /^HTTP\/1\.1 400 /)
  })

  it('given 10 MB, then it is refused by its size, whether it says so before or not', async () => {
    const headers = { 'idempotency-key': 'big', 'content-type': 'application/json' }
    const big = { method: 'POST', as: ann, body: `{"userId":"${'x'.repeat(10_000_000)}"}` }
    const told = await stage.ask('/api/orders', { ...big, headers })
    assert.equal(told.status, 413)
    assert.match(String(told.headers['content-type']), /problem\+json/)
    assert.equal(
      (await stage.ask('/api/orders', { ...big, headers: { ...headers, 'transfer-encoding': 'chunked' } })).status,
      413,
    )
  })

  it('given someone who sends a header a byte at a time, then the line is cut, and others are served meanwhile', async () => {
    const begun = performance.now()
    const slow = Array.from({ length: 20 }, () =>
      raw(stage.url, 'GET /api/stock HTTP/1.1\r\nhost: x\r\n', 'x-a: b\r\n'),
    )
    assert.equal((await stage.ask('/api/stock', { as: ann })).status, 200)
    for (const answer of await Promise.all(slow)) assert.match(answer, /^HTTP\/1\.1 408 |^$/)
    assert.ok(performance.now() - begun < 20_000)
  })

  it('given someone who sends a body a byte at a time, then the line is cut', async () => {
    const head = `POST /api/orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ann}\r\nidempotency-key: slow\r\ncontent-length: 1000\r\n\r\n`
    const begun = performance.now()
    assert.match(await raw(stage.url, head, ' '), /^HTTP\/1\.1 40[08] |^$/)
    assert.ok(performance.now() - begun < 30_000)
  })

  it('given all this, then no token and no secret stands in a log', async () => {
    const canary = `canary-${randomUUID()}`
    const headers = { authorization: `Bearer ${canary}`, cookie: `s=${canary}`, 'idempotency-key': randomUUID() }
    await stage.ask(`/api/orders?access_token=${canary}`, { headers })
    await stage.ask('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"password":"${canary}"}`,
    })
    await stage.ask(`/oauth/token?client_secret=${canary}`, {
      method: 'POST',
      headers: { authorization: `Basic ${canary}` },
    })
    const mark = `mark-${randomUUID()}`
    await stage.ask('/api/stock', { as: ann, headers: { 'x-correlation-id': mark } })
    await until(() => stage.logs().includes(mark), 'the log is written')
    const logs = stage.logs()
    assert.ok(!logs.includes(canary))
    for (const token of [ann, bob]) assert.ok(!logs.includes(token.split('.')[2]!))
  })
})
