import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../open-store.ts'
import { StoreFault } from '../store.ts'
import type { Fresh } from './fresh.ts'

interface Tables {
  colour: { name: string }
  migrations: { name: string; at: number }
}

const table = { name: 'colour-1', up: 'create table colour (name text primary key)' }
const blue = { name: 'colour-2', up: "insert into colour values ('blue'); insert into colour values ('red; green')" }

export function migrationTests(fresh: Fresh): void {
  test('given a database that was opened before, when it is opened with one more migration, then only that one runs', async (t) => {
    const url = await fresh(t)
    await (await openStore({ url, migrations: [table] })).close()
    for (let time = 0; time < 2; time++) {
      const store = await openStore<Tables>({ url, migrations: [table, blue] })
      t.after(() => store.close())
      const rows = await store.db.selectFrom('colour').select('name').orderBy('name').execute()
      assert.deepEqual(
        rows.map((row) => row.name),
        ['blue', 'red; green'],
      )
      const names = await store.db.selectFrom('migrations').select('name').orderBy('name').execute()
      assert.deepEqual(
        names.map((row) => row.name),
        ['colour-1', 'colour-2', 'kit-ledger-1'],
      )
    }
  })

  test('given several processes that start at once on an empty database, when all are up, then each migration ran once', async (t) => {
    const url = await fresh(t)
    const stores = await Promise.all([1, 2, 3, 4].map(() => openStore<Tables>({ url, migrations: [table, blue] })))
    for (const store of stores) t.after(() => store.close())
    const rows = await stores[0]!.db.selectFrom('colour').select('name').execute()
    assert.equal(rows.length, 2)
  })

  test('given a migration that fails, when the store is opened, then the fault names it and nothing of this start is kept', async (t) => {
    const url = await fresh(t)
    const broken = { name: 'colour-broken', up: 'create tabel nonsense' }
    const open = openStore({ url, migrations: [table, broken] })
    await assert.rejects(open, (error) => error instanceof StoreFault && /"colour-broken"/.test(error.message))
    const store = await openStore<Tables>({ url, migrations: [table, blue] })
    t.after(() => store.close())
    assert.equal((await store.db.selectFrom('colour').selectAll().execute()).length, 2)
  })

  test('given two migrations of one name, when the store is opened, then it is refused', async (t) => {
    const open = openStore({ url: await fresh(t), migrations: [table, { ...blue, name: table.name }] })
    await assert.rejects(open, /two migrations are named "colour-1"/)
  })
}
