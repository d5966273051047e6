import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFollowers } from './followers.ts'
import type { OrderRecord } from './projection.ts'

const record = (orderId: string, status: OrderRecord['status'], version: number): OrderRecord => ({
  ...{ orderId, userId: 'ann', productId: 201, quantity: 1, amount: 5 },
  ...{ status, reason: null, createdAt: 0, updatedAt: version, version },
})
const statusOf = ({ status }: OrderRecord): string => status

/** A read side as a map, which counts how often it is asked. */
const readSide = () => {
  const rows = new Map<string, OrderRecord>()
  let looks = 0
  let asked: () => void = () => undefined
  const failures: unknown[] = []
  const broken = { on: false }
  const followers = createFollowers(
    async (ids) => {
      looks += 1
      asked()
      if (broken.on) throw new Error('the database is away')
      return ids.flatMap((id) => rows.get(id) ?? [])
    },
    { everyMs: 2, onFailure: (error) => failures.push(error) },
  )
  const put = (order: OrderRecord): OrderRecord => {
    rows.set(order.orderId, order)
    return order
  }
  const nextLook = (): Promise<void> =>
    new Promise((resolve) => {
      asked = resolve
    })
  return { followers, put, failures, broken, nextLook, looks: () => looks }
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

test('given a pending order, when it is confirmed by whoever, then its follower is told both and that it is over', async () => {
  const { followers, put, nextLook } = readSide()
  const told = collect(followers.follow(put(record('o1', 'PENDING', 1)), statusOf))
  await nextLook()
  put(record('o1', 'CONFIRMED', 3))
  assert.deepEqual(await told, ['PENDING', 'CONFIRMED'])
})

test('given an order that has ended, when it is followed, then its end is told and nobody is asked', async () => {
  const { followers, put, looks } = readSide()
  assert.deepEqual(await collect(followers.follow(put(record('o1', 'CANCELLED', 2)), statusOf)), ['CANCELLED'])
  assert.equal(looks(), 0)
})

test('given an order that needs attention, then that is no end; and an older state is not told after a newer one', async () => {
  const { followers, put, nextLook } = readSide()
  const told = collect(followers.follow(put(record('o1', 'PENDING', 1)), statusOf))
  put(record('o1', 'NEEDS_ATTENTION', 4))
  await nextLook()
  await nextLook()
  put(record('o1', 'PENDING', 1))
  await nextLook()
  await nextLook()
  put(record('o1', 'CANCELLED', 6))
  assert.deepEqual(await told, ['PENDING', 'NEEDS_ATTENTION', 'CANCELLED'])
})

test('given two followers of one order, when one leaves, then the other is still told, and with the last one the asking ends', async () => {
  const { followers, put, nextLook, looks } = readSide()
  const order = put(record('o1', 'PENDING', 1))
  const leaver = followers.follow(order, statusOf)[Symbol.asyncIterator]()
  const told = collect(followers.follow(order, statusOf))
  assert.equal((await leaver.next()).value, 'PENDING')
  const waiting = leaver.next()
  await leaver.return?.()
  assert.deepEqual(await waiting, { done: true, value: undefined })
  put(record('o1', 'CONFIRMED', 2))
  assert.deepEqual(await told, ['PENDING', 'CONFIRMED'])
  const before = looks()
  const other = collect(followers.follow(put(record('o2', 'PENDING', 1)), statusOf))
  await nextLook()
  assert.equal(looks(), before + 1)
  put(record('o2', 'CANCELLED', 2))
  await other
})

test('given a read side that does not answer, then it is asked again, and nobody who follows is sent away', async () => {
  const { followers, put, failures, broken, nextLook } = readSide()
  broken.on = true
  const told = collect(followers.follow(put(record('o1', 'PENDING', 1)), statusOf))
  await nextLook()
  await nextLook()
  broken.on = false
  put(record('o1', 'CONFIRMED', 2))
  assert.deepEqual(await told, ['PENDING', 'CONFIRMED'])
  assert.ok(failures.length >= 1)
})
