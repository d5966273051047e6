import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import fc from 'fast-check'
import { until } from '../../../kit/kafka/scratch.ts'
import { openStage, orderOf, type Stage } from './stage.ts'

/** Shipping over HTTP, with a carrier that does nothing. */
let stage: Stage
before(async () => {
  stage = await openStage({ CARRIER_STEP_MS: '0' })
})
after(() => stage?.close())

interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly body: {
    readonly status?: unknown
    readonly trackingNumber?: string
    readonly cursor?: string | null
    readonly shipments?: readonly { readonly orderId: string }[]
    readonly errors?: readonly { readonly field: string }[]
    readonly [name: string]: unknown
  }
}

const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
  const response = await fetch(`${stage.fleet.url('shipping')}${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const [type, text] = [response.headers.get('content-type') ?? '', await response.text()]
  return { status: response.status, type, text, body: type.includes('json') ? JSON.parse(text) : {} }
}
const get = (path: string) => call('GET', path)
const post = (path: string, body: unknown) => call('POST', path, body)

it('given a parcel sent by hand, then it has a shipment, a public way without its order, and a label', async () => {
  const made = await post('/api/shipments', orderOf('by-hand'))
  assert.equal(made.status, 201, made.text)
  assert.equal((await post('/api/shipments', orderOf('by-hand'))).status, 200)
  assert.equal((await post('/api/shipments', { ...orderOf('by-hand'), amount: 11 })).status, 409)
  const { trackingNumber } = made.body
  assert.deepEqual((await get('/api/shipments/by-hand')).body, made.body)
  await post('/api/shipments/by-hand/notes', { note: 'left with Bob next door' })
  const public_ = await get(`/api/tracking/${trackingNumber}`)
  assert.deepEqual([public_.status, public_.body.status], [200, 'CREATED'])
  for (const secret of ['by-hand', 'ann', 'Bob', '201']) assert.ok(!public_.text.includes(secret), secret)
  const label = await get('/api/shipments/by-hand/label')
  assert.match(label.type, /^image\/svg\+xml/)
  assert.ok(label.text.includes(`>${trackingNumber}<`) && label.text.includes('To: ann'))
})

it('given a reserved order, then its shipment can be seen, told about once for each change, and not made again', async () => {
  await stage.publish([{ type: 'stock-reserved', data: orderOf('seen') }])
  await until(async () => (await get('/api/shipments/seen')).status === 200, 'the shipment', 60_000)
  assert.equal((await post('/api/shipments', orderOf('seen'))).status, 409)
  const news = { note: 'a day later', deliverBy: '2027-01-02T03:04:05+01:00' }
  for (const _ of [1, 2]) {
    const { status, body } = await post('/api/shipments/seen/notes', news)
    assert.deepEqual([status, body.deliverBy], [200, '2027-01-02T02:04:05.000Z'])
  }
  await until(async () => (await stage.said()).get('seen')?.length === 2, 'the event', 60_000)
  const updated = (await stage.said()).get('seen')!.find(({ eventType }) => eventType === 'shipping.shipment.updated')
  assert.ok(updated?.eventType === 'shipping.shipment.updated')
  assert.deepEqual([updated.data.note, updated.data.deliverBy], ['a day later', '2027-01-02T02:04:05.000Z'])
  const listed = await get('/api/shipments?orderId=seen')
  assert.deepEqual(
    listed.body.shipments?.map(({ orderId }) => orderId),
    ['seen'],
  )
  const page = await get('/api/shipments?status=CREATED&limit=1')
  const next = await get(`/api/shipments?status=CREATED&limit=1&cursor=${page.body.cursor}`)
  assert.notDeepEqual(next.body.shipments, page.body.shipments)
})

const order = orderOf('bad')
for (const [method, path, body, status, field] of [
  ['POST', '/api/shipments', '{', 400, 'body'],
  ['POST', '/api/shipments', [], 400, 'body'],
  ['POST', '/api/shipments', { ...order, orderId: '' }, 400, 'orderId'],
  ['POST', '/api/shipments', { ...order, orderId: 'x'.repeat(201) }, 400, 'orderId'],
  ['POST', '/api/shipments', { ...order, quantity: 0 }, 400, 'quantity'],
  ['POST', '/api/shipments', { ...order, quantity: 1.5 }, 400, 'quantity'],
  ['POST', '/api/shipments', { ...order, amount: -1 }, 400, 'amount'],
  ['POST', '/api/shipments', { ...order, productId: null }, 400, 'productId'],
  ['POST', '/api/shipments', { ...order, userId: 7 }, 400, 'userId'],
  ['POST', '/api/shipments', 'x'.repeat(70_000), 413, 'body'],
  ['POST', '/api/shipments/nobody/notes', { note: 'n' }, 404, undefined],
  ['POST', '/api/shipments/seen/notes', {}, 400, 'note'],
  ['POST', '/api/shipments/seen/notes', { note: ' ' }, 400, 'note'],
  ['POST', '/api/shipments/seen/notes', { note: 'x'.repeat(501) }, 400, 'note'],
  ['POST', '/api/shipments/seen/notes', { note: 'n', deliverBy: 'soon' }, 400, 'deliverBy'],
  ['POST', '/api/shipments/seen/notes', { note: 'n', deliverBy: '9999-12-31T23:59:59-12:00' }, 400, 'deliverBy'],
  ['POST', '/api/shipments/seen/notes', { note: 'n', status: 'DELIVERED' }, 400, 'body'],
  ['GET', '/api/shipments?status=LOST', undefined, 400, 'status'],
  ['GET', '/api/shipments?limit=0', undefined, 400, 'limit'],
  ['GET', '/api/shipments?limit=1000000', undefined, 400, 'limit'],
  ['GET', `/api/shipments?cursor=${'x'.repeat(61)}`, undefined, 400, 'cursor'],
  ['GET', '/api/shipments?orderId=a&orderId=b', undefined, 400, 'orderId'],
  ['GET', '/api/shipments/%E0%A4%A', undefined, 400, 'path'],
  ['GET', '/api/shipments/nobody', undefined, 404, undefined],
  ['GET', '/api/shipments/nobody/label', undefined, 404, undefined],
  ['GET', '/api/tracking/%00', undefined, 400, 'trackingNumber'],
  ['GET', "/api/tracking/' or '1'='1", undefined, 404, undefined],
] as const) {
  it(`given ${method} ${path.slice(0, 60)} with ${(JSON.stringify(body) ?? 'nothing').slice(0, 60)}, then it is refused with ${status}${field ? ` and ${field} is named` : ''}`, async () => {
    const answer = await call(method, path, body)
    assert.equal(answer.status, status, answer.text)
    assert.match(answer.type, /problem\+json/)
    if (field !== undefined)
      assert.ok(
        answer.body.errors?.some((error) => error.field === field),
        answer.text,
      )
  })
}

it('given anything at all for a body or a path, then the answer is never the fault of the service', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), async (body, text) => {
      const at = encodeURIComponent(text.toWellFormed())
      const answers = [
        post('/api/shipments', body),
        post(`/api/shipments/${at}/notes`, body),
        get(`/api/shipments/${at}`),
        get(`/api/tracking/${at}`),
      ]
      for (const { status, text: said } of await Promise.all(answers)) assert.ok(status < 500, said)
    }),
    { numRuns: 100 },
  )
})
