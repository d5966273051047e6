/**
 * Orders of every kind at once (good ones, declined ones, out of stock, refused by the carrier, cancelled by the customer at any time, each led by events or
 * by the orchestrator) on several instances of each service, which are killed one after the other. FULL=1: 2,000 orders, three instances of each.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startBroker } from '../../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../../cli/shop/fleet.ts'
import { createJsonClient, type JsonClient } from '../../../cli/shop/http-client.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { faultsOf, readBooks, statusesOf, unsentOf } from './books.ts'

const full = process.env.FULL === '1'
const ORDERS = full ? 2_000 : 240
const INSTANCES = full ? 3 : 2
const SERVICES = ['order', 'payment', 'inventory', 'shipping', 'notification']
const STOCK = { '201': 1_000_000, '202': 12 }
/** So that orders come in all the time that instances die. */
const BETWEEN_ORDERS_MS = full ? 10 : 50
const PATIENCE_MS = 180_000

/** The n-th customer: what is ordered, by which kind of saga, and whether it is called off at once or after so many ms. */
const wishOf = (n: number) => ({
  order: {
    ...{ userId: `user-${n % 50}`, productId: n % 7 === 0 ? 202 : 201, quantity: 1 + (n % 3), amount: 100 + (n % 9) },
    ...(n % 2 === 0 ? { saga: 'orchestration' } : {}),
  },
  cancelAfterMs: n % 8 === 3 ? (n * 37) % 400 : null,
})

test('given every kind of order and instances that are killed in turn, when all is quiet, then nothing is lost and every end is whole', {
  timeout: full ? 900_000 : 300_000,
}, async (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'shop-storm-'))
  const broker = await startBroker({ dir: path.join(dir, 'kafka') })
  t.after(async () => {
    await broker.kill9()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  })
  const data = path.join(dir, 'data')
  const fleet = await startFleet({
    ...{ brokers: [broker.brokers], dir: data, logDir: path.join(dir, 'logs'), ports: 'free' },
    services: SERVICES.map((name) => ({ name, instances: INSTANCES })),
    env: {
      ...{ SHOP: 'whole', LOG_LEVEL: 'warn', SESSION_TIMEOUT_MS: '3000', STOCK: JSON.stringify(STOCK) },
      ...{ PAYMENT_FAIL_RATE: '0.15', CARRIER_FAIL_RATE: '0.1', CARRIER_STEP_MS: '0' },
    },
  })
  t.after(() => fleet.stop())
  await fleet.waitReady(PATIENCE_MS)
  const clients = fleet.services.filter(({ name }) => name === 'order').map(({ url }) => createJsonClient(url, 16))
  t.after(() => clients.forEach((client) => void client.close()))

  const killing = killInTurn(fleet)
  const accepted = await placeAll(clients)
  const kills = await killing
  assert.ok(kills >= SERVICES.length * INSTANCES, `${kills} kills`)
  assert.ok(accepted.length > ORDERS * 0.5, `${accepted.length} of ${ORDERS} were accepted`)
  await fleet.waitReady(PATIENCE_MS)
  const quiet = async () => {
    const open = [...statusesOf(data).values()].filter((status) => status === 'PENDING').length
    return open === 0 && unsentOf(data, SERVICES) === 0
  }
  await until(quiet, 'every order has ended and nothing waits to be sent', PATIENCE_MS)
  // The last mails are written after the last order has ended.
  await until(async () => faultsOf(readBooks(data), accepted, STOCK).length === 0, 'the books are right', 30_000).catch(
    () => undefined,
  )
  const books = readBooks(data)
  assert.deepEqual(faultsOf(books, accepted, STOCK), [])
  const ends = Object.groupBy(books.orders, ({ status }) => status)
  const reasons = new Set(books.orders.map(({ reason }) => reason?.replace(/\d+/g, 'n')))
  for (const status of ['CONFIRMED', 'CANCELLED'])
    assert.ok((ends[status]?.length ?? 0) > ORDERS / 20, `${status}: ${ends[status]?.length}`)
  assert.ok(reasons.size >= 4, `why orders were cancelled: ${[...reasons].join(' | ')}`)
})

/** One after the other, each once: dead at once, and back after half a second. */
async function killInTurn(fleet: Fleet): Promise<number> {
  let kills = 0
  for (let instance = 0; instance < INSTANCES; instance++) {
    for (const name of SERVICES) {
      await fleet.kill(name, instance)
      kills++
      await pause(500)
      await fleet.restart(name, instance)
    }
  }
  return kills
}

/** Returns the orders that were accepted. A call that a dying instance did not answer is nobody's order, or one that nobody waits for. */
async function placeAll(clients: readonly JsonClient[]): Promise<string[]> {
  const accepted: string[] = []
  const calls: Promise<void>[] = []
  for (let n = 0; n < ORDERS; n++) {
    const client = clients[n % clients.length]!
    const { order, cancelAfterMs } = wishOf(n)
    const placing = client.post('/api/orders', JSON.stringify(order)).then(async ({ status, body }) => {
      if (status !== 202) return
      const { orderId } = JSON.parse(body) as { orderId: string }
      accepted.push(orderId)
      if (cancelAfterMs === null) return
      await pause(cancelAfterMs)
      await clients[(n + 1) % clients.length]!.post(`/api/orders/${orderId}/cancel`, '')
    })
    calls.push(placing.catch(() => undefined))
    await pause(BETWEEN_ORDERS_MS)
  }
  await Promise.all(calls)
  return accepted
}
