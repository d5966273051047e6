import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { until } from '../../kit/kafka/scratch.ts'
import { encodeEvent } from '../../services/contracts/codec.ts'
import type { Recommendation } from '../../services/recommendation/queries.ts'
import { openStage, type Stage } from './one-service.ts'

/** The tests share one service, in two instances, and go on where the one before ended. */
let stage: Stage
before(async () => {
  stage = await openStage({ service: 'recommendation', instances: 2 })
})
after(() => stage?.leave())

let orders = 0
const buy = async (userId: string | undefined, productId: string, times = 1): Promise<void> => {
  const data = { orderId: `order-${orders++}`, productId, quantity: 1, amount: 10, ...(userId ? { userId } : {}) }
  const { topic, key, payload } = encodeEvent({ type: 'order.order.completed', data }, 'order', null, Date.now())
  await stage.bus.send(Array.from({ length: times }, () => ({ topic, key, value: payload })))
}
const leave = async (userId: string, forgotten: boolean): Promise<void> => {
  const data = { userId, revision: 2, forgotten }
  const { topic, key, payload } = encodeEvent({ type: 'identity.user.deactivated', data }, 'identity', null, Date.now())
  await stage.bus.send([{ topic, key, value: payload }])
}
const ask = async (path: string): Promise<readonly Recommendation[]> =>
  (await stage.get<{ recommendations: Recommendation[] }>(`/api/recommendations/${path}`)).recommendations
const names = async (path: string) => (await ask(path)).map(({ productId }) => productId)

it('given purchases of some users, some events of them twice, then what was bought together comes first, then what is popular', async () => {
  for (const user of ['ann', 'ben', 'cem']) {
    await buy(user, 'tea', 2)
    await buy(user, 'cup')
  }
  await buy('dan', 'tea')
  await buy('dan', 'spoon')
  for (const user of ['eva', 'fay', 'gil', 'hal', 'ida']) await buy(user, 'book', 3)
  await buy(undefined, 'nobody knows')
  await stage.untilRead()
  assert.deepEqual(await ask('products/tea?limit=3'), [
    { productId: 'cup', basis: 'bought-together', score: 0.866, buyers: 3 },
    { productId: 'spoon', basis: 'bought-together', score: 0.5, buyers: 1 },
    { productId: 'book', basis: 'popular', score: null, buyers: 5 },
  ])
  assert.deepEqual(await names('products/unheard-of?limit=2'), ['book', 'tea'])
})

it('given a user, then nothing is recommended that was bought already; a new user gets what is popular', async () => {
  assert.deepEqual(await names('users/dan'), ['cup', 'book'])
  assert.deepEqual(await names('users/ann'), ['spoon', 'book'])
  assert.deepEqual(await names('users/new?limit=1'), ['book'])
})

it('given users who are gone, then what they bought counts no more, also by events that come late', async () => {
  for (const user of ['ann', 'ben', 'cem']) await leave(user, true)
  await stage.untilRead()
  await until(async () => !(await names('products/tea')).includes('cup'), 'their pairs are gone')
  await buy('ann', 'cup')
  await stage.untilRead()
  assert.deepEqual(await names('products/tea'), ['spoon', 'book'])
  assert.ok(!(await names('users/new?limit=50')).includes('cup'), 'nobody is left who bought a cup')
})

const wrong = [
  ['products/tea?limit=0', 'limit'],
  ['products/tea?limit=51', 'limit'],
  [`products/${'x'.repeat(201)}`, 'productId'],
  [`users/${'x'.repeat(201)}`, 'userId'],
] as const
for (const [path, field] of wrong) {
  it(`given ${path.slice(0, 30)}, then the answer is 400 and names ${field}`, async () => {
    const { status, body } = await stage.request(`/api/recommendations/${path}`)
    assert.equal(status, 400)
    assert.equal(JSON.parse(body).errors[0].field, field)
  })
}

it('given kill -9 and records that are no events, then it goes on where it was, with the same counts', async () => {
  const before = await ask('products/tea?limit=50')
  await stage.bus.send(['{}', 'no JSON'].map((value) => ({ topic: 'order.order.completed', key: 'poison', value })))
  await stage.fleet.kill('recommendation', 0)
  await buy('jan', 'odd \u0000 \ud800')
  await stage.fleet.restart('recommendation', 0)
  await stage.fleet.waitReady()
  await stage.untilRead()
  assert.deepEqual((await ask('products/tea?limit=50')).slice(0, before.length), before)
  const letters = async () => (await stage.bus.topics(['order.order.completed-dlq']))[0]!.partitions[0]!.high
  await until(async () => (await letters()) === 2n, 'two dead letters')
})
