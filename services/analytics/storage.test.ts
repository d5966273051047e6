import assert from 'node:assert/strict'
import { after, describe, type TestContext, test } from 'node:test'
import { openStore } from '../../kit/store/open-store.ts'
import type { Store } from '../../kit/store/store.ts'
import { databaseServer } from '../../kit/store/suite/database-server.ts'
import type { AnalyticsEvent } from './domain.ts'
import { fold, unknownOrder } from './domain.ts'
import { repository } from './projection.ts'
import { funnelOf, readCounts, readSales } from './queries.ts'
import { createRebuildState, Overtaken } from './rebuild-state.ts'
import { type AnalyticsTables, migrations } from './storage.ts'
import { eventsOf, fates } from './stories.fixture.ts'
import { orderOf } from './view-sets.ts'

type Shop = Store<AnalyticsTables>

const ordersFrom = (first: number, count: number): AnalyticsEvent[] =>
  Array.from({ length: count }, (_, i) => first + i).flatMap((n) =>
    eventsOf({ orderId: `o${n}`, fate: fates[n % fates.length]!, orchestrated: n % 3 === 0, amount: 0.1 * n }),
  )

/** As the kit does it: load, fold, save in one transaction. */
const follow = (store: Shop, events: readonly AnalyticsEvent[]): Promise<void> =>
  store.transaction(async (tx) => {
    const states = await repository.load(tx, events)
    for (const event of events) states.set(event, fold(states.get(event) ?? unknownOrder(orderOf(event)), event))
    const handled = events.map((event) => ({ event, headers: {}, emit: [] }))
    await repository.save(tx, states, handled, 0)
  })

const shown = async ({ db }: Shop) => {
  const counts = [...(await readCounts(db))].filter(([, n]) => n !== 0).sort()
  const { sales } = await readSales(db, { from: 0, to: 1e12, span: 'hour', limit: 1_000 })
  return { counts, sales }
}
const placed = async ({ db }: Shop): Promise<number> => funnelOf(await readCounts(db)).placed
const views = ({ db }: Shop) => db.selectFrom('views').selectAll().executeTakeFirstOrThrow()

const suite = (name: string, open: (t: TestContext) => Promise<Shop>): void => {
  describe(name, () => {
    test('given a rebuild with live events before, during and after it, then it ends with the same figures, and the old set is empty', async (t) => {
      const store = await open(t)
      const rebuild = createRebuildState(store, 'analytics-0', () => 1)
      await follow(store, ordersFrom(0, 12))
      assert.equal(await rebuild.claim('r1'), true)
      await rebuild.expect('r1', 100)
      await follow(store, ordersFrom(12, 6))
      assert.equal(await placed(store), 18, 'the old set serves, and goes on')
      await rebuild.add('r1', ordersFrom(0, 12), 50)
      const before = await shown(store)
      await rebuild.switchOver('r1')
      assert.deepEqual(await shown(store), before)
      await follow(store, ordersFrom(18, 6))
      assert.equal(await placed(store), 24)
      const { serving, building, state } = await views(store)
      assert.deepEqual([serving, building, state], ['b', null, 'done'])
      for (const table of ['facts_a', 'counts_a', 'sales_a'] as const)
        assert.deepEqual(await store.db.selectFrom(table).selectAll().execute(), [])
    })

    test('given a rebuild that runs, then no other instance begins one, until the first has been silent for long', async (t) => {
      const store = await open(t)
      let time = 0
      const one = createRebuildState(store, 'analytics-0', () => time)
      const two = createRebuildState(store, 'analytics-1', () => time)
      assert.equal(await one.claim('r1'), true)
      assert.equal(await two.claim('r2'), false)
      await two.buryTheDead()
      assert.equal((await views(store)).state, 'running')
      time = 60_000
      assert.equal(await two.claim('r2'), true)
      await assert.rejects(one.add('r1', ordersFrom(0, 1), 1), Overtaken)
      await assert.rejects(one.switchOver('r1'), Overtaken)
      await assert.rejects(one.fail('r1', 'too late'), Overtaken)
      await two.add('r2', ordersFrom(0, 2), 2)
      await two.switchOver('r2')
      assert.equal(await placed(store), 2)
    })

    test('given a rebuild whose process died, when it is buried, then it has failed, and events are counted once again', async (t) => {
      const store = await open(t)
      let time = 0
      const rebuild = createRebuildState(store, 'analytics-0', () => time)
      await rebuild.claim('r1')
      time = 60_000
      await rebuild.buryTheDead()
      const { state, building, error } = await views(store)
      assert.deepEqual([state, building], ['failed', null])
      assert.match(error ?? '', /analytics-0 .* is gone/)
      await follow(store, ordersFrom(0, 3))
      assert.deepEqual(await store.db.selectFrom('facts_b').selectAll().execute(), [])
      assert.equal(await rebuild.claim('r2'), true, 'a later one begins')
    })

    test('given two instances that count at the same time, while the sets are switched, then no order is lost or counted twice', async (t) => {
      const store = await open(t)
      const rebuild = createRebuildState(store, 'analytics-0', () => 1)
      const live = async (first: number): Promise<void> => {
        for (let n = first; n < first + 30; n += 3) await follow(store, ordersFrom(n, 3))
      }
      const rebuilds = async (): Promise<void> => {
        for (const run of ['r1', 'r2', 'r3']) {
          await rebuild.claim(run)
          // What was counted before the claim is in the log by then.
          await rebuild.add(run, ordersFrom(0, 60), 1)
          await rebuild.switchOver(run)
        }
      }
      await Promise.all([live(0), live(30), rebuilds()])
      const all = await shown(store)
      assert.equal(await placed(store), 60)
      await follow(store, ordersFrom(0, 60))
      assert.deepEqual(await shown(store), all)
    })
  })
}

const tables = async (t: TestContext, url: string): Promise<Shop> => {
  const store = await openStore<AnalyticsTables>({ url, migrations })
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
