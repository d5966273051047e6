import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { until } from '../../../kit/kafka/scratch.ts'
import { type GatewayStage, openGatewayStage } from './gateway-stage.ts'

const ORIGIN = 'https://shop.example'

describe('the shop through its gateway', { timeout: 300_000 }, () => {
  let stage: GatewayStage
  let ann: string
  let admin: string

  before(async () => {
    stage = await openGatewayStage({
      CORS_ORIGINS: ORIGIN,
      CONTROL_TOKEN: 'a-token-of-some-length',
      RATE_LIMIT_BURST: '400',
    })
    ann = await stage.issuer.token({ sub: 'ann' })
    admin = await stage.issuer.token({ sub: 'root', role: 'admin' })
  })
  after(() => stage?.stop())

  it('given a customer, when they order, then the order is theirs, confirmed, and seen through every door', async () => {
    const { ask, place } = stage
    const orderId = await place(ann)
    const order = () => ask(`/api/orders/${orderId}`, { as: ann })
    await until(async () => (await order()).body.status === 'CONFIRMED', 'the order is confirmed', 60_000)
    assert.equal((await order()).body.userId, 'ann')
    const { body: trail } = await ask(`/api/orders/${orderId}/events`, { as: ann })
    assert.ok((trail.events as unknown[]).length > 0)
    assert.equal((await ask(`/api/payments/${orderId}`, { as: ann })).body.status, 'PAID')
    assert.equal((await ask(`/api/orders/${orderId}/cancel`, { method: 'POST', as: ann })).status, 409)
  })

  it('given an Idempotency-Key, when it comes again, then so does the order; without one the header is named', async () => {
    const { ask, place } = stage
    assert.equal(await place(ann, 'once'), await place(ann, 'once'))
    const refused = await ask('/api/orders', { method: 'POST', as: ann, body: '{}' })
    assert.equal(refused.status, 400)
    assert.deepEqual((refused.body.errors as { field: string }[])[0]?.field, 'Idempotency-Key')
  })

  it('given a customer who orders in the name of another, then the order is their own; staff may order for others', async () => {
    const order = { productId: 201, quantity: 1, amount: 5, userId: 'bob' }
    const post = (as: string, key: string) =>
      stage.ask('/api/orders', { method: 'POST', as, headers: { 'idempotency-key': key }, body: JSON.stringify(order) })
    const userOf = async (as: string, key: string): Promise<unknown> => {
      const { body } = await post(as, key)
      return (await stage.ask(`/api/orders/${body.orderId}`, { as: admin })).body.userId
    }
    assert.equal(await userOf(ann, 'for-bob'), 'ann')
    assert.equal(await userOf(admin, 'for-bob-by-staff'), 'bob')
  })

  it('given stock, when an admin sets it, then it is set; a customer may look and not touch', async () => {
    const { ask } = stage
    const put = (as: string) =>
      ask('/api/stock/777', {
        method: 'PUT',
        as,
        headers: { 'content-type': 'application/json' },
        body: '{"available":5}',
      })
    const refused = await put(ann)
    assert.equal(refused.status, 403)
    assert.match(String(refused.headers['www-authenticate']), /insufficient_scope/)
    assert.equal((await put(admin)).status, 200)
    assert.match((await ask('/api/stock', { as: ann })).text, /"777"/)
  })

  it('given a correlation id, when it is sane, then it is kept, returned and logged; else a new one is made', async () => {
    const id = `story-${crypto.randomUUID()}`
    assert.equal(
      (await stage.ask('/api/stock', { as: ann, headers: { 'x-correlation-id': id } })).headers['x-correlation-id'],
      id,
    )
    await until(() => stage.logs().includes(id), 'it is logged')
    for (const bad of ['two words', 'x'.repeat(101), '{"level":60}', ''])
      assert.match(
        String(
          (await stage.ask('/api/stock', { as: ann, headers: { 'x-correlation-id': bad } })).headers[
            'x-correlation-id'
          ],
        ),
        /^[\da-f-]{36}$/,
      )
  })

  it('given answers, then they carry safe headers, and nothing of the services behind', async () => {
    const { headers } = await stage.ask('/api/recommendations/u/1', { as: ann })
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['x-powered-by'], undefined)
    assert.equal(headers['set-cookie'], undefined)
    assert.equal(headers.server, undefined)
    const docs = await stage.ask('/docs')
    assert.match(String(docs.headers['content-security-policy']), /default-src 'none'; style-src 'sha256-/)
    assert.match(docs.text, /\/api\/orders/)
  })

  it('given a page of a known origin, then it may call; one of another may not', async () => {
    const preflight = (origin: string) =>
      stage.ask('/api/orders', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      })
    const allowed = await preflight(ORIGIN)
    assert.equal(allowed.headers['access-control-allow-origin'], ORIGIN)
    assert.equal(allowed.headers['access-control-allow-credentials'], undefined)
    for (const origin of ['https://evil.example', `${ORIGIN}.evil.example`, 'null', 'http://shop.example'])
      assert.equal((await preflight(origin)).headers['access-control-allow-origin'], undefined, origin)
  })

  it('given its services, when the gateway describes itself, then all with a door is in it, and who is away is named', async () => {
    const { body } = await stage.ask('/openapi.json')
    const paths = body.paths as Record<
      string,
      Record<string, { security: unknown; parameters: { name: string; required: boolean }[] }>
    >
    const place = paths['/api/orders']!.post!
    assert.deepEqual(place.security, [{ bearer: [] }])
    assert.equal(place.parameters.find(({ name }) => name === 'Idempotency-Key')?.required, true)
    assert.ok(paths['/api/stock/{productId}']?.put)
    assert.equal(paths['/ready'], undefined)
    assert.ok((body['x-left-out'] as string[]).includes('shipping'))
  })

  it('given the overload toggle, when it is on, then requests wait and the rest is sent away; off, all is well', async () => {
    const control = (method: string, body?: string) =>
      stage.ask('/faults/gateway-overload', {
        method,
        as: 'a-token-of-some-length',
        ...(body === undefined ? {} : { body }),
      })
    assert.equal((await control('PUT', '{"settings":{"ms":400,"atOnce":2}}')).status, 200)
    const answers = await Promise.all(Array.from({ length: 6 }, () => stage.ask('/api/stock', { as: ann })))
    const refused = answers.filter(({ status }) => status === 503)
    assert.equal(refused.length, 4)
    assert.ok(refused.every(({ headers }) => headers['retry-after'] === '1'))
    assert.equal((await control('DELETE')).body.injected, 6)
    assert.equal((await stage.ask('/api/stock', { as: ann })).status, 200)
  })

  it('given the gateway, then it counts what it did', async () => {
    const { text } = await stage.ask('/metrics')
    assert.match(
      text,
      /gateway_requests_total\{route="\/api\/orders",method="POST",status="202",service="gateway"\} \d+/,
    )
    assert.match(text, /gateway_upstream_seconds_count\{service="order"\} \d+/)
    assert.match(text, /gateway_breaker_state\{service="order"\} 0/)
    assert.match(text, /gateway_limited_total/)
  })
})
