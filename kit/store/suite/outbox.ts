import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NewOutboxRow } from '../ledger.ts'
import { type Bank, type Fresh, openBank } from './fresh.ts'

const event = (name: string): NewOutboxRow => ({
  aggregateId: `order ${name}`,
  topic: 'order-created',
  key: name,
  payload: JSON.stringify({ name }),
  headers: { traceparent: '00-1', 'content-type': 'application/json' },
})

const enqueue = ({ store, ledger }: Bank, owner: string, names: string[], at = 1) =>
  store.transaction((tx) => ledger.enqueue(tx, owner, names.map(event), at))

export function outboxTests(fresh: Fresh): void {
  test('given rows written in an order, when the unsent ones are read, then they come in that order, whole, with rising ids', async (t) => {
    const bank = await openBank(t, fresh)
    const names = Array.from({ length: 250 }, (_, index) => `n${index}`)
    const written = [...(await enqueue(bank, 'me', names, 17)), ...(await enqueue(bank, 'me', ['last'], 18))]
    const read = await bank.ledger.unsent('me', 1_000)
    assert.deepEqual(read, written)
    assert.deepEqual(
      read.map((row) => row.key),
      [...names, 'last'],
    )
    assert.deepEqual(
      read,
      read.toSorted((a, b) => a.id - b.id),
    )
    assert.deepEqual(read[0], { ...event('n0'), id: written[0]!.id, createdAt: 17 })
    assert.deepEqual(
      (await bank.ledger.unsent('me', 2)).map((row) => row.key),
      ['n0', 'n1'],
    )
  })

  test('given a tombstone without key, when it is read back, then key and payload are null', async (t) => {
    const { store, ledger } = await openBank(t, fresh)
    const row = { ...event('x'), key: null, payload: null, headers: {} }
    await store.transaction((tx) => ledger.enqueue(tx, 'me', [row], 1))
    const [read] = await ledger.unsent('me', 1)
    assert.deepEqual([read?.key, read?.payload, read?.headers], [null, null, {}])
  })

  test('given an acknowledged send and a failed one, when both are noted, then one row is gone and the other has one more attempt', async (t) => {
    const bank = await openBank(t, fresh)
    const [first, second] = await enqueue(bank, 'me', ['a', 'b'])
    await bank.ledger.markSent([first!.id], 5)
    await bank.ledger.markTried([second!.id])
    assert.deepEqual(
      (await bank.ledger.unsent('me', 9)).map((row) => row.key),
      ['b'],
    )
    const stored = await bank.store.db
      .withTables<{ outbox: { id: number; attempts: number; sent_at: number | null } }>()
      .selectFrom('outbox')
      .select(['attempts', 'sent_at'])
      .orderBy('id')
      .execute()
    assert.deepEqual(
      stored.map((row) => [row.attempts, row.sent_at]),
      [
        [0, 5],
        [1, null],
      ],
    )
  })

  test('given rows of several owners, when one adopts, then it gets the old ones of the others and nobody else has them', async (t) => {
    const bank = await openBank(t, fresh)
    await enqueue(bank, 'dead process', ['old'], 100)
    await enqueue(bank, 'slow process', ['young'], 900)
    await enqueue(bank, 'me', ['mine'], 100)
    assert.equal(await bank.ledger.adopt('me', 500), 1)
    assert.deepEqual(
      (await bank.ledger.unsent('me', 9)).map((row) => row.key),
      ['old', 'mine'],
    )
    assert.deepEqual(await bank.ledger.unsent('dead process', 9), [])
    assert.equal((await bank.ledger.unsent('slow process', 9)).length, 1)
  })

  test('given several processes that adopt at once, when they are done, then every row has exactly one owner', async (t) => {
    const bank = await openBank(t, fresh)
    await enqueue(
      bank,
      'dead process',
      Array.from({ length: 60 }, (_, index) => `n${index}`),
    )
    const owners = ['p1', 'p2', 'p3', 'p4']
    const counts = await Promise.all(owners.map((owner) => bank.ledger.adopt(owner, 10)))
    const held = await Promise.all(owners.map((owner) => bank.ledger.unsent(owner, 100)))
    assert.equal(new Set(held.flat().map((row) => row.id)).size, 60)
    assert.equal(held.flat().length, 60)
    assert.ok(counts.reduce((a, b) => a + b, 0) >= 60)
  })

  test('given a backlog, when it is measured, then it tells what is unsent, since when, and what is parked', async (t) => {
    const bank = await openBank(t, fresh)
    assert.deepEqual({ ...(await bank.ledger.backlog()) }, { unsent: 0, oldest: null, parked: 0 })
    const [sent] = await enqueue(bank, 'me', ['a'], 10)
    await enqueue(bank, 'other', ['b'], 20)
    await enqueue(bank, 'me', ['c'], 30)
    await bank.ledger.markSent([sent!.id], 40)
    assert.deepEqual({ ...(await bank.ledger.backlog()) }, { unsent: 2, oldest: 20, parked: 0 })
  })

  test('given old and new rows, when they are pruned in chunks, then only old ones that are done go, and ids are never given twice', async (t) => {
    const bank = await openBank(t, fresh)
    const { store, ledger } = bank
    const rows = await enqueue(bank, 'me', ['stuck', 'a', 'b', 'c', 'd', 'last'])
    await ledger.markSent(
      rows.slice(1).map((row) => row.id),
      10,
    )
    await store.transaction((tx) => ledger.remember(tx, 'payment', ['i1', 'i2', 'i3'], 10))
    await store.transaction((tx) => ledger.remember(tx, 'payment', ['young'], 99))
    await store.transaction((tx) => ledger.bury(tx, 'payment', [{ topic: 'x', partition: 0, offset: '1' }], 10))

    const before = { outbox: 50, inbox: 50 }
    assert.equal(await ledger.prune(before, 2), 5)
    let gone = 5
    for (let call = 0; call < 5; call++) gone += await ledger.prune(before, 2)
    assert.equal(gone, 8, 'four of the outbox (the highest stays), three of the inbox, one dead')

    assert.deepEqual(
      (await ledger.unsent('me', 9)).map((row) => row.key),
      ['stuck'],
    )
    assert.deepEqual([...(await store.transaction((tx) => ledger.seen(tx, 'payment', ['i1', 'young'])))], ['young'])
    const [next] = await enqueue(bank, 'me', ['next'])
    assert.ok(next!.id > rows.at(-1)!.id)
  })
}
