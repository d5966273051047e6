import assert from 'node:assert/strict'
import { after, describe, type TestContext, test } from 'node:test'
import { openStore } from '../../kit/store/open-store.ts'
import type { Store } from '../../kit/store/store.ts'
import { databaseServer } from '../../kit/store/suite/database-server.ts'
import { forgetTheOldest } from './application.ts'
import type { RecommendationEvent } from './domain.ts'
import { fold, noHistory } from './domain.ts'
import { forProduct, overdueUsers } from './queries.ts'
import { keyOf, migrations, type RecommendationTables, repository } from './storage.ts'

type Shop = Store<RecommendationTables>

const bought = (userId: string, productId: string, at: number): RecommendationEvent =>
  ({
    eventType: 'order.order.completed',
    timestamp: new Date(at).toISOString(),
    data: { orderId: `${userId}-${productId}-${at}`, userId, productId, quantity: 1, amount: 1 },
  }) as RecommendationEvent

/** As the kit does it: load, fold, save in one transaction. */
const take = (store: Shop, events: readonly RecommendationEvent[]): Promise<void> =>
  store.transaction(async (tx) => {
    const states = await repository.load(tx, events)
    for (const event of events) states.set(event, fold(states.get(event) ?? noHistory(keyOf(event)), event))
    await repository.save(tx, states, [], 0)
  })

const suite = (name: string, open: (t: TestContext) => Promise<Shop>): void => {
  describe(name, () => {
    test('given more users than are kept, when the oldest are dropped, then their counts go with them, and no empty row stays', async (t) => {
      const store = await open(t)
      const users = ['ann', 'ben', 'cem'].flatMap((user, i) => [
        bought(user, 'tea', 10 * i),
        bought(user, user, 10 * i),
      ])
      await take(store, users)
      assert.equal((await forProduct(store.db, 'tea', 9)).length, 3)
      assert.deepEqual(await overdueUsers(store.db, 0, 2, 100), ['ann'])
      assert.deepEqual(await overdueUsers(store.db, 15, 100, 100), ['ann', 'ben'])
      const settings = { MAX_USERS: 1, HISTORY_DAYS: 365 } as Parameters<typeof forgetTheOldest>[0]['settings']
      const log = { warn: (facts: unknown) => assert.fail(JSON.stringify(facts)) } as never
      const work = forgetTheOldest({ store, log, now: () => 100, settings }, 5)
      while ((await overdueUsers(store.db, 0, 1, 100)).length > 0)
        await new Promise((resolve) => setTimeout(resolve, 5))
      await work.stop()
      const products = await store.db.selectFrom('products').selectAll().orderBy('product').execute()
      assert.deepEqual(
        products.map(({ product, buyers }) => [product, Number(buyers)]),
        [
          ['cem', 1],
          ['tea', 1],
        ],
      )
      const pairs = await store.db.selectFrom('pairs').select(['product', 'other']).orderBy('product').execute()
      assert.deepEqual(
        pairs.map(({ product, other }) => [product, other]),
        [
          ['cem', 'tea'],
          ['tea', 'cem'],
        ],
      )
    })

    test('given batches of one user in two transactions at once, then every purchase counts', async (t) => {
      const store = await open(t)
      await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((product, i) => take(store, [bought('ann', product, i)])))
      const { n } = await store.db
        .selectFrom('pairs')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
      assert.equal(Number(n), 6 * 5)
    })
  })
}

const tables = async (t: TestContext, url: string): Promise<Shop> => {
  const store = await openStore<RecommendationTables>({ url, migrations })
  t.after(() => store.close())
  return store
}

suite('SQLite', (t) => tables(t, ':memory:'))

const server = await databaseServer()
if ('unavailable' in server) test('PostgreSQL: the same suite', { skip: server.unavailable }, () => {})
else {
  after(() => server.stop())
  suite('PostgreSQL', async (t) => tables(t, await server.freshDatabase(t)))
}
