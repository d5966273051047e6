/** A shop that keeps the contract by other means (another client, batches, transactions, other status codes) gets every mark. All parts with FULL=1. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { proveShop } from '../../cli/author/proof-shops.ts'
import { startBroker } from '../../cli/broker/throwaway.ts'

const parts = process.env.FULL === '1' ? ['all'] : ['a', 'b', 'c', 'd', 'e']

test(`given another right shop, when ${parts} is checked, then no mark is lost`, async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'lab-right-'))
  const broker = await startBroker({ dir })
  t.after(async () => {
    await broker.kill9()
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  })
  const options = { brokers: [broker.brokers], seed: 1, signal: t.signal, env: process.env }
  assert.deepEqual((await proveShop('tests/course/other-shop', options, parts)).problems, [])
})
