import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { upsertAll } from '../../kit/store/bulk.ts'
import { createLedger } from '../../kit/store/create-ledger.ts'
import { openStore } from '../../kit/store/open-store.ts'
import { clustered } from '../../kit/store/store.ts'
import { atLeast, atMost } from './target.ts'
import { percentile, round } from './usage.ts'

interface Tables {
  effects: { id: string; value: number }
}

const warmUp = 1_000
const measured = 10_000

/**
 * Outbox transactions on SQLite with `synchronous=FULL`, one after the other, through the public store: inbox looked up and written, one effect,
 * one outbox row, committed to the disk each time.
 */
export const bench = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-bench-store-'))
  const store = await openStore<Tables>({
    url: join(dir, 'bench.db'),
    migrations: [
      { name: 'effects', up: clustered('create table effects (id text primary key, value bigint not null)') },
    ],
  })
  const ledger = createLedger(store)
  const payload = JSON.stringify({
    eventType: 'order-created',
    data: { orderId: 'x'.repeat(36), productId: 201, quantity: 1, amount: 1500 },
  })

  const one = (i: number): Promise<unknown> =>
    store.transaction(async (tx) => {
      const id = `event-${String(i).padStart(12, '0')}`
      await ledger.seen(tx, 'bench', [id])
      await upsertAll(tx, { table: 'effects', key: 'id', columns: ['id', 'value'] }, [{ id, value: i }])
      await ledger.remember(tx, 'bench', [id], i)
      await ledger.enqueue(tx, 'bench', [{ aggregateId: id, topic: 'order-created', key: id, payload, headers: {} }], i)
    })

  try {
    for (let i = 0; i < warmUp; i++) await one(i)
    const latencies: number[] = []
    const start = performance.now()
    for (let i = 0; i < measured; i++) {
      const from = performance.now()
      await one(warmUp + i)
      latencies.push(performance.now() - from)
    }
    const seconds = (performance.now() - start) / 1000
    latencies.sort((a, b) => a - b)
    const figures = {
      outbox_transactions_per_s: round(measured / seconds, 0),
      p50_ms: round(percentile(latencies, 0.5), 3),
      p99_ms: round(percentile(latencies, 0.99), 3),
    }
    const targets = [
      atLeast('outbox_transactions_per_s', figures.outbox_transactions_per_s, 5_000),
      atMost('p99_ms', figures.p99_ms, 1),
    ]
    return { figures, targets }
  } finally {
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  }
}
