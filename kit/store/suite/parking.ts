import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ParkedRow } from '../ledger.ts'
import { type Bank, type Fresh, openBank } from './fresh.ts'

const waiting = (eventId: string, key: string, dueAt: number, attempts = 1): Omit<ParkedRow, 'id'> => ({
  consumer: 'payment',
  key,
  topic: 'order-created',
  partition: 3,
  offset: '9223372036854775806',
  eventId,
  payload: `{"id":"${eventId}"}`,
  headers: { traceparent: '00-1' },
  attempts,
  dueAt,
  error: attempts === 0 ? null : 'card service timed out',
})

const park = ({ store, ledger }: Bank, rows: Omit<ParkedRow, 'id'>[]) =>
  store.transaction((tx) => ledger.park(tx, rows, 1))
const due = ({ store, ledger }: Bank, now: number, limit = 10) =>
  store.transaction((tx) => ledger.due(tx, 'payment', now, limit))
const ids = (rows: readonly ParkedRow[]) => rows.map((row) => row.eventId)

export function parkingTests(fresh: Fresh): void {
  test('given a parked event, when its time comes, then it is given back whole', async (t) => {
    const bank = await openBank(t, fresh)
    const row = waiting('e1', 'k1', 100)
    await park(bank, [row])
    assert.deepEqual(await due(bank, 99), [])
    const [back] = await due(bank, 100)
    assert.deepEqual(back, { ...row, id: back!.id })
  })

  test('given several events a key, when some are due, then only the first of each key comes, oldest first', async (t) => {
    const bank = await openBank(t, fresh)
    await park(bank, [waiting('a1', 'a', 50), waiting('b1', 'b', 10), waiting('a2', 'a', 0, 0)])
    await park(bank, [waiting('b2', 'b', 0, 0), waiting('c1', 'c', 20)])
    assert.deepEqual(ids(await due(bank, 40)), ['b1', 'c1'], 'a2 waits behind a1, whose time has not come')
    assert.deepEqual(ids(await due(bank, 60)), ['a1', 'b1', 'c1'])
    assert.deepEqual(ids(await due(bank, 60, 2)), ['a1', 'b1'])
  })

  test('given the first of a key is settled, when the next round comes, then the one behind it is due', async (t) => {
    const bank = await openBank(t, fresh)
    await park(bank, [waiting('a1', 'a', 50), waiting('a2', 'a', 0, 0)])
    const [first] = await due(bank, 60)
    await bank.store.transaction((tx) => bank.ledger.unpark(tx, [first!.id]))
    assert.deepEqual(ids(await due(bank, 60)), ['a2'])
  })

  test('given a parked event that fails again, when it is postponed, then it keeps its place with the new attempt, time and error', async (t) => {
    const bank = await openBank(t, fresh)
    await park(bank, [waiting('a1', 'a', 50), waiting('a2', 'a', 0, 0)])
    const [first] = await due(bank, 60)
    await bank.store.transaction((tx) => bank.ledger.postpone(tx, first!.id, 2, 500, 'again\0'))
    assert.deepEqual(await due(bank, 60), [])
    const [back] = await due(bank, 500)
    assert.deepEqual([back?.eventId, back?.attempts, back?.dueAt, back?.error], ['a1', 2, 500, 'again\uFFFD'])
  })

  test('given an event that is parked already, when it is parked again, then it stays as it is', async (t) => {
    const bank = await openBank(t, fresh)
    await park(bank, [waiting('a1', 'a', 50)])
    await park(bank, [waiting('a1', 'a', 7, 3), waiting('a2', 'a', 0, 0)])
    assert.equal((await bank.ledger.backlog()).parked, 2)
    assert.deepEqual(
      (await due(bank, 60)).map((row) => [row.eventId, row.attempts]),
      [['a1', 1]],
    )
  })

  test('given parked events, when keys are asked for, then those of this consumer that have any are named', async (t) => {
    const bank = await openBank(t, fresh)
    const ask = (keys: string[], consumer = 'payment') =>
      bank.store.transaction(async (tx) => [...(await bank.ledger.parkedKeys(tx, consumer, keys))])
    assert.deepEqual(await ask(['a', 'b']), [])
    await park(bank, [waiting('a1', 'a', 50), waiting('a2', 'a', 0, 0), waiting('n1', 'nul\0', 0)])
    assert.deepEqual(await ask(['b', 'a', 'nul\0']), ['a', 'nul\0'])
    assert.deepEqual(await ask(['a'], 'stock'), [])
    assert.deepEqual(await ask([]), [])
  })

  test('given waiting events, when the next time is asked for, then it is that of the earliest first-of-its-key', async (t) => {
    const bank = await openBank(t, fresh)
    assert.equal(await bank.ledger.nextDue('payment'), null)
    await park(bank, [waiting('a1', 'a', 50), waiting('a2', 'a', 0, 0), waiting('b1', 'b', 70)])
    assert.equal(await bank.ledger.nextDue('payment'), 50)
    assert.equal(await bank.ledger.nextDue('stock'), null)
  })
}
