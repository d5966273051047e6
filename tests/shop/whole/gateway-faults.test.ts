import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { until } from '../../../kit/kafka/scratch.ts'
import { type GatewayAnswer, type GatewayStage, openGatewayStage } from './gateway-stage.ts'

interface Listening {
  readonly text: () => string
  readonly ended: Promise<void>
  leave(): void
}

const listen = (url: string, path: string, token: string): Promise<Listening> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      { agent: false, headers: { authorization: `Bearer ${token}` } },
      (response) => {
        if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode}`))
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('error', () => undefined)
        const ended = new Promise<void>((done) => response.once('close', () => done()))
        resolve({ text: () => text, ended, leave: () => sent.destroy() })
      },
    )
    sent.once('error', reject)
    sent.end()
  })

describe('a gateway whose services fail', { timeout: 400_000 }, () => {
  let stage: GatewayStage
  let ann: string

  before(async () => {
    stage = await openGatewayStage({ BREAKER_REST_MS: '1000', RATE_LIMIT_BURST: '10000', MAX_STREAMS_USER: '3' })
    ann = await stage.issuer.token({ sub: 'ann' })
  })
  after(() => stage?.stop())

  const metric = async (name: string): Promise<number> => {
    const { text } = await stage.ask('/metrics')
    const line = text.split('\n').find((one) => one.startsWith(name))
    return Number(line?.split(' ').at(-1) ?? 0)
  }

  const post = (key: string): Promise<GatewayAnswer> =>
    stage.ask('/api/orders', {
      method: 'POST',
      as: ann,
      headers: { 'idempotency-key': key },
      body: '{"productId":201,"quantity":1,"amount":5}',
    })

  /** How many orders there are of that amount. */
  const countOf = async (amount: number): Promise<number> => {
    let count = 0
    for (let cursor: unknown = ''; cursor !== null; ) {
      const { body } = await stage.ask(`/api/orders?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`, { as: ann })
      count += (body.orders as { amount: number }[]).filter((order) => order.amount === amount).length
      cursor = body.cursor
    }
    return count
  }

  it('given a stream of an order, when the order goes on, then each status comes as it happens, until the last', async () => {
    await stage.shop.kill('payment', 0, 'SIGSTOP')
    const orderId = await stage.place(ann)
    const stream = await listen(stage.url, `/api/orders/${orderId}/stream`, ann)
    await until(() => stream.text().includes('PENDING'), 'the first status comes while the order waits')
    await stage.shop.kill('payment', 0, 'SIGCONT')
    await until(() => stream.text().includes('CONFIRMED'), 'the last status', 60_000)
    await stream.ended
  })

  it('given streams, when their callers leave, then they are ended behind the gateway too; and one caller gets so many', async () => {
    await stage.shop.kill('payment', 0, 'SIGSTOP')
    const orderId = await stage.place(ann)
    const path = `/api/orders/${orderId}/stream`
    const streams = await Promise.all([1, 2, 3].map(() => listen(stage.url, path, ann)))
    assert.equal((await stage.ask(path, { as: ann })).status, 429)
    assert.equal(await metric('gateway_streams{'), 3)
    for (const stream of streams) stream.leave()
    await until(async () => (await metric('gateway_streams{')) === 0, 'the places are free')
    const again = await listen(stage.url, path, ann)
    again.leave()
    await stage.shop.kill('payment', 0, 'SIGCONT')
  })

  it('given a pending order, when its customer cancels it, then it ends so', async () => {
    await stage.shop.kill('payment', 0, 'SIGSTOP')
    const orderId = await stage.place(ann)
    const { status } = await stage.ask(`/api/orders/${orderId}/cancel`, { method: 'POST', as: ann })
    await stage.shop.kill('payment', 0, 'SIGCONT')
    assert.equal(status, 202)
    assert.equal((await stage.ask(`/api/orders/${orderId}`, { as: ann })).body.status, 'CANCELLED')
  })

  it('given an order service that is killed under load and started again, then every request is answered, the breaker opens and closes, and each key has one order', async () => {
    const keys: string[] = []
    const answers: Promise<GatewayAnswer>[] = []
    const send = () => {
      const key = randomUUID()
      keys.push(key)
      answers.push(post(key))
    }
    const load = setInterval(send, 20)
    try {
      await until(() => answers.length > 25, 'some load')
      await stage.shop.kill('order')
      const state = () => metric('gateway_breaker_state{service="order"')
      await until(async () => (await state()) === 1, 'the breaker is open')
      const refused = await stage.ask('/api/orders', { as: ann })
      assert.equal(refused.status, 503)
      assert.ok(Number(refused.headers['retry-after']) >= 1)
      assert.equal((await stage.ask('/ready')).status, 503)
      await stage.shop.restart('order')
      await stage.shop.waitReady(90_000)
      await until(async () => (await stage.ask('/api/orders', { as: ann })).status === 200, 'it is let through again')
      assert.equal(await state(), 0)
    } finally {
      clearInterval(load)
    }
    const statuses = (await Promise.all(answers)).map(({ status }) => status)
    assert.ok(
      statuses.every((status) => [202, 502, 503, 504].includes(status)),
      [...new Set(statuses)].join(),
    )
    assert.ok(statuses.includes(202) && statuses.includes(503))
    const orderIds = await Promise.all(keys.map(async (key) => (await post(key)).body.orderId))
    assert.equal(new Set(orderIds).size, keys.length)
    assert.equal(await countOf(5), keys.length)
  })

  it('given a service that never answers, then the caller hears so in time', async () => {
    await stage.shop.kill('inventory', 0, 'SIGSTOP')
    const begun = performance.now()
    const { status } = await stage.ask('/api/stock', { as: ann })
    await stage.shop.kill('inventory', 0, 'SIGCONT')
    assert.equal(status, 504)
    assert.ok(performance.now() - begun < 15_000)
  })

  it('given an issuer that is gone, then tokens of known keys are still taken', async () => {
    await stage.issuer.stop()
    const token = await stage.issuer.token({ sub: 'carl' })
    const { status, text } = await stage.ask('/api/orders', { as: token })
    assert.equal(status, 200, text)
  })
})
