import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { startBroker, type ThrowawayBroker } from '../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../cli/shop/fleet.ts'
import { openReader } from './faults/databases.ts'

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: {
    readonly orderId?: string
    readonly status?: unknown
    readonly detail?: string
    readonly errors?: readonly { readonly field: string; readonly message: string }[]
  }
}

const good = { userId: 'u', productId: 201, quantity: 1, amount: 1500 }

describe('the order service, given input that is no order', { timeout: 120_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-bad-input-'))
  let broker: ThrowawayBroker
  let shop: Fleet

  before(async () => {
    broker = await startBroker({ dir: join(dir, 'kafka') })
    const options = {
      brokers: [broker.brokers],
      dir: join(dir, 'data'),
      logDir: join(dir, 'logs'),
      ports: 'free' as const,
    }
    shop = await startFleet({ ...options, services: [{ name: 'order' }], env: { LOG_LEVEL: 'error' } })
    await shop.waitReady()
  })
  after(async () => {
    await shop?.stop()
    await broker?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const post = async (
    body: string | Uint8Array<ArrayBuffer> | undefined,
    headers: Readonly<Record<string, string>> = {},
    path = '/api/orders',
  ): Promise<Answer> => {
    const response = await fetch(`${shop.url('order')}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
    })
    const type = response.headers.get('content-type') ?? ''
    return { status: response.status, type, body: (await response.json()) as Answer['body'] }
  }

  const count = async (table: string): Promise<number> => {
    const reader = await openReader(join(dir, 'data', 'order.db'))
    try {
      return Number((await reader.rows(`select count(*) as n from ${table}`))[0]!.n)
    } finally {
      await reader.close()
    }
  }

  /** A 4xx in problem details that names `field` (any field when it is not given). */
  const assertRefused = ({ status, type, body }: Answer, field?: string, what = ''): void => {
    assert.ok(status >= 400 && status < 500, `${what}: status ${status}`)
    assert.match(type, /^application\/problem\+json/, what)
    assert.equal(body.status, status, what)
    const fields = body.errors?.map((error) => error.field) ?? []
    assert.ok(fields.length > 0 && fields.every((name) => name !== ''), `${what}: no field is named`)
    if (field !== undefined) assert.ok(fields.includes(field), `${what}: names ${fields.join(', ')}, not ${field}`)
    assert.ok(body.detail !== undefined && body.detail !== '', what)
  }

  /** Nothing of what `work` sends may leave a trace, and the next good order must go through. */
  const leavesNoTrace = async (work: () => Promise<void>): Promise<void> => {
    const before = [await count('orders'), await count('outbox')]
    await work()
    assert.deepEqual([await count('orders'), await count('outbox')], before, 'an order or an event was written')
    const next = await post(JSON.stringify(good))
    assert.equal(next.status, 202)
    assert.equal((await fetch(`${shop.url('order')}/health`)).status, 200)
    assert.equal(shop.exits.length, 0, 'the service died')
  }

  const wrongFields: readonly (readonly [string, unknown])[] = [
    ...['two', '2', 0, -1, 1.5, null, [], {}, true, 1e21].map((value) => ['quantity', value] as const),
    ...['1500', -1, null, [1], {}, false].map((value) => ['amount', value] as const),
    ...['', null, [], {}, true, 'x'.repeat(201)].map((value) => ['productId', value] as const),
    ...['', null, 7, [], {}, 'x'.repeat(201)].map((value) => ['userId', value] as const),
  ]
  it('when a field is of the wrong type or out of range, then the answer names the field', () =>
    leavesNoTrace(async () => {
      for (const [field, value] of wrongFields)
        assertRefused(
          await post(JSON.stringify({ ...good, [field]: value })),
          field,
          `${field} = ${JSON.stringify(value)}`,
        )
      for (const field of ['quantity', 'amount', 'productId'])
        assertRefused(await post(JSON.stringify({ ...good, [field]: undefined })), field, `no ${field}`)
      for (const huge of ['1e400', '-1e400']) {
        const body = JSON.stringify(good).replace('1500', huge)
        assertRefused(await post(body), 'amount', `amount = ${huge}`)
      }
    }))

  const wrongBodies: Readonly<Record<string, string | undefined>> = {
    'no body': undefined,
    'an empty body': '',
    'broken JSON': '{"productId": 201,',
    'a bare word': 'NaN',
    'an array': JSON.stringify([good]),
    'a text': '"order"',
    'a number': '42',
    null: 'null',
    'deep brackets': '['.repeat(30_000),
    'deep arrays': `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    'only __proto__': `{"__proto__": ${JSON.stringify(good)}}`,
  }
  it('when the body is no object, then the answer says so', () =>
    leavesNoTrace(async () => {
      for (const [what, body] of Object.entries(wrongBodies)) assertRefused(await post(body), undefined, what)
    }))

  it('when the body has 2 MB, then it is refused by its size and not read into memory', () =>
    leavesNoTrace(async () => {
      const big = JSON.stringify({ ...good, userId: 'x'.repeat(2_000_000) })
      const answer = await post(big)
      assert.equal(answer.status, 413)
      assertRefused(answer, 'body')
      const zipped = new Uint8Array(gzipSync(big))
      assertRefused(await post(zipped, { 'content-encoding': 'gzip' }), 'body', 'a small body that swells')
    }))

  it('when the encoding lies, then the answer names the body', () =>
    leavesNoTrace(async () => {
      const text = JSON.stringify(good)
      assertRefused(await post(text, { 'content-encoding': 'gzip' }), 'body', 'no gzip')
      assertRefused(await post(text, { 'content-encoding': 'rot13' }), 'body', 'an unknown encoding')
      assertRefused(await post(text, { 'content-type': 'application/json; charset=klingon' }), 'body', 'charset')
    }))

  it('when prototype keys come with a good order, then they change nothing', async () => {
    const body = `{"__proto__": {"quantity": -5, "admin": true}, "constructor": {"prototype": {"x": 1}}, ${JSON.stringify(good).slice(1)}`
    const { status, body: placed } = await post(body)
    assert.equal(status, 202)
    const order = await (await fetch(`${shop.url('order')}/api/orders/${placed.orderId}`)).json()
    assert.deepEqual((({ quantity, admin, x }) => ({ quantity, admin, x }))(order as Record<string, unknown>), {
      quantity: 1,
      admin: undefined,
      x: undefined,
    })
  })

  it('when 1,000 random bodies come, then each that is no order is refused with a field, and nothing else happens', () =>
    leavesNoTrace(async () => {
      const field = fc.constantFrom('productId', 'quantity', 'amount', 'userId')
      const spoiled = fc.tuple(field, fc.jsonValue()).map(([name, value]) => JSON.stringify({ ...good, [name]: value }))
      const body = fc.oneof(
        fc.json(),
        fc.string({ unit: 'binary' }),
        fc.jsonValue().map((v) => JSON.stringify(v)),
        spoiled,
      )
      const property = fc.asyncProperty(body, async (text) => {
        fc.pre(!isOrder(text))
        assertRefused(await post(text), undefined, text.slice(0, 200))
      })
      await fc.assert(property, { numRuns: 1_000, seed: 20_260_101 })
    }))

  it('when an Idempotency-Key comes again with another body, then 422, and with the same body the same order', async () => {
    const headers = { 'idempotency-key': 'once' }
    const first = await post(JSON.stringify(good), headers)
    assert.equal(first.status, 202)
    await leavesNoTrace(async () => {
      const other = await post(JSON.stringify({ ...good, quantity: 2 }), headers)
      assert.equal(other.status, 422)
      assertRefused(other, 'Idempotency-Key')
      const again = await post(JSON.stringify(good), headers)
      assert.deepEqual([again.status, again.body.orderId], [202, first.body.orderId])
      assertRefused(await post(JSON.stringify(good), { 'idempotency-key': 'x'.repeat(201) }), 'idempotency-key')
    })
  })

  it('when paths and queries are wrong, then the answer names what is wrong', () =>
    leavesNoTrace(async () => {
      const wrong: Readonly<Record<string, string | undefined>> = {
        '/api/orders?limit=many': 'limit',
        '/api/orders?limit=0': 'limit',
        '/api/orders?status=LOST': 'status',
        [`/api/orders/${'x'.repeat(201)}`]: 'orderId',
        '/api/orders/%E0%A4%A': 'path',
      }
      for (const [path, name] of Object.entries(wrong)) {
        const response = await fetch(`${shop.url('order')}${path}`)
        const type = response.headers.get('content-type') ?? ''
        assertRefused({ status: response.status, type, body: (await response.json()) as Answer['body'] }, name, path)
      }
      assert.equal((await post(undefined, {}, '/api/orders/no-such-order/cancel')).status, 404)
    }))
})

/** What the service must take, said a second time and on its own. */
const isOrder = (text: string): boolean => {
  try {
    const { productId, quantity, amount, userId } = JSON.parse(text) as Record<string, unknown>
    const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0 && value.length <= 200
    return (
      (Number.isFinite(productId) || isText(productId)) &&
      Number.isSafeInteger(quantity) &&
      Number(quantity) > 0 &&
      Number.isFinite(amount) &&
      Number(amount) >= 0 &&
      (userId === undefined || isText(userId))
    )
  } catch {
    return false
  }
}
