import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import { openStore } from './open-store.ts'
import { StoreFault, type StoreFaultCode } from './store.ts'
import { type Bank, openBank } from './suite/fresh.ts'

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'saga-sqlite-'))
  t.after(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const bank = (t: TestContext, path = join(folder(t), 'bank.db')) => openBank(t, async () => path)

const fault =
  (code: StoreFaultCode, ...words: string[]) =>
  (error: unknown) => {
    assert.ok(error instanceof StoreFault, String(error))
    assert.equal(error.code, code, error.message)
    for (const word of words) assert.ok(error.message.includes(word), `"${error.message}" does not say "${word}"`)
    return true
  }

test('given a path whose folder is missing, when a store is opened there, then folder and files are made, readable by their owner alone', async (t) => {
  const inside = join(folder(t), 'deep', 'down')
  const { store, ledger } = await bank(t, join(inside, 'order.db'))
  await store.transaction((tx) => ledger.remember(tx, 'payment', ['e1'], 1))
  const files = readdirSync(inside)
  assert.deepEqual(files.sort(), ['order.db', 'order.db-shm', 'order.db-wal'])
  for (const file of files) assert.equal(statSync(join(inside, file)).mode & 0o777, 0o600, file)
})

test('given an open store, when its settings are read, then a commit survives a power cut and keys are checked', async (t) => {
  const { store } = await bank(t)
  const read = async (name: string) =>
    Object.values((await store.db.executeQuery(CompiledQuery.raw(`pragma ${name}`))).rows[0] as object)[0]
  assert.equal(await read('journal_mode'), 'wal')
  assert.equal(await read('synchronous'), 2)
  assert.equal(await read('foreign_keys'), 1)
})

test('given another process that holds the write lock, when a transaction wants it, then it waits without stopping the event loop', async (t) => {
  const { store, ledger, url } = await bank(t)
  const rival = new DatabaseSync(url)
  t.after(() => rival.close())
  rival.exec('begin immediate')
  const writing = store.transaction((tx) => ledger.remember(tx, 'payment', ['e1'], 1))

  let longest = 0
  for (const end = performance.now() + 300; performance.now() < end; ) {
    const before = performance.now()
    await sleep(1)
    longest = Math.max(longest, performance.now() - before)
  }
  assert.ok(longest < 150, `the event loop stood still for ${longest} ms`)
  rival.exec('rollback')
  await writing
})

test('given a file that is no database, when it is opened, then the fault names the file and what to do, and the file is as it was', async (t) => {
  const path = join(folder(t), 'order.db')
  writeFileSync(path, 'Dear diary, '.repeat(1_000))
  const open = openStore({ url: path, migrations: [] })
  await assert.rejects(open, fault('corrupt', path, 'move', 'replay'))
  assert.equal(statSync(path).size, 12_000)
})

test('given a database whose pages were overwritten, when it is used, then the fault says corrupt and names the file', async (t) => {
  const path = join(folder(t), 'order.db')
  const first = await openBank(t, async () => path)
  const ids = Array.from({ length: 2_000 }, (_, index) => `event ${index}`)
  await first.store.transaction((tx) => first.ledger.remember(tx, 'payment', ids, 1))
  await first.store.close()
  const size = statSync(path).size
  truncateSync(path, 4_096)
  truncateSync(path, size)
  const use = async () => {
    const { store, ledger } = await openBank(t, async () => path)
    await store.transaction((tx) => ledger.seen(tx, 'payment', ids))
  }
  await assert.rejects(use(), fault('corrupt', path))
})

test('given a path that is a folder, or no URL that we know, when a store is opened, then the fault says what to give instead', async (t) => {
  const path = folder(t)
  await assert.rejects(openStore({ url: path, migrations: [] }), fault('unreachable', path))
  await assert.rejects(
    openStore({ url: 'mysql://localhost/x', migrations: [] }),
    fault('other', 'mysql', 'postgres://'),
  )
  await assert.rejects(openStore({ url: '', migrations: [] }), fault('other', 'path of a SQLite file'))
})

test('given an event in the inbox, when it is remembered again, then the transaction fails and its effect is not kept', async (t) => {
  const { store, ledger } = await bank(t)
  await store.transaction((tx) => ledger.remember(tx, 'payment', ['e1'], 1))
  const again = store.transaction(async (tx) => {
    await tx.insertInto('entry').values({ id: 'e1', amount: 5 }).execute()
    await ledger.remember(tx, 'payment', ['e0', 'e1'], 2)
  })
  await assert.rejects(again, fault('constraint', 'seen()'))
  assert.deepEqual(await store.db.selectFrom('entry').selectAll().execute(), [])
  assert.equal((await store.transaction((tx) => ledger.seen(tx, 'payment', ['e0']))).size, 0)
})

test('given transactions that come while one is at work, then they go to the disk together, and none is told of success before', async (t) => {
  const { store, url } = await bank(t)
  const rival = new DatabaseSync(url)
  t.after(() => rival.close())
  const onDisk = () =>
    rival
      .prepare('select id from entry order by id')
      .all()
      .map(({ id }) => id)
  const add = (id: string) =>
    store.transaction(async (tx) => {
      await tx.insertInto('entry').values({ id, amount: 1 }).execute()
      return onDisk()
    })
  const seen: unknown[] = []
  const during = await Promise.all(['a', 'b', 'c'].map((id) => add(id).finally(() => seen.push(onDisk()))))
  assert.deepEqual(during, [[], [], []], 'while they worked, nothing was safe yet')
  assert.deepEqual(
    seen,
    [
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ],
    'and then all was, at once',
  )
})

test('given a transaction that waits for its commit, when something outside of any comes to its turn, then that finds no transaction open', async (t) => {
  const { store } = await bank(t)
  const writing = store.transaction((tx) => tx.insertInto('entry').values({ id: 'a', amount: 1 }).execute())
  await store.db.executeQuery(CompiledQuery.raw('vacuum'))
  await writing
})

test('given transactions that share a commit, when the store is closed behind them, then they are kept, and told so', async (t) => {
  const { store, another } = await bank(t)
  const closing = await another()
  const add = (id: string) => closing.transaction((tx) => tx.insertInto('entry').values({ id, amount: 1 }).execute())
  await Promise.all([add('a'), add('b'), closing.close()])
  const rows = await store.db.selectFrom('entry').select('id').orderBy('id').execute()
  assert.deepEqual(
    rows.map(({ id }) => id),
    ['a', 'b'],
  )
})

test('given a transaction that SQLite rolls back, as it does on some faults of a disk, then it alone is told, and those that shared its commit are done once more', async (t) => {
  const { store } = await bank(t)
  const add = (id: string) => store.transaction((tx) => tx.insertInto('entry').values({ id, amount: 1 }).execute())
  const beGone = () =>
    store.transaction(async (tx) => {
      await tx.insertInto('entry').values({ id: 'gone', amount: 1 }).execute()
      await tx.executeQuery(CompiledQuery.raw('rollback'))
    })
  const [before, rolledBack, behind] = await Promise.allSettled([add('a'), beGone(), add('b')])
  assert.deepEqual([before.status, rolledBack.status, behind.status], ['fulfilled', 'rejected', 'fulfilled'])
  const rows = await store.db.selectFrom('entry').select('id').orderBy('id').execute()
  assert.deepEqual(
    rows.map(({ id }) => id),
    ['a', 'b'],
  )
})

test('given a full disk, when transactions go on, then each is kept whole or not at all, and work goes on when there is space again', async (t) => {
  const disk = smallDisk(t)
  const full = await bank(t, join(disk.path, 'bank.db'))
  disk.fill()
  if (!disk.mounted) await full.store.db.executeQuery(CompiledQuery.raw('pragma max_page_count = 60'))
  const kept = await writeUntilFull(full)
  assert.deepEqual(await counts(full), { entries: kept, events: kept })
  await assert.rejects(write(full, kept), fault('full', 'bank.db'))

  disk.free()
  if (!disk.mounted) await full.store.db.executeQuery(CompiledQuery.raw('pragma max_page_count = 100000'))
  await write(full, kept)
  assert.deepEqual(await counts(full), { entries: kept + 1, events: kept + 1 })
  const check = await full.store.db.executeQuery(CompiledQuery.raw('pragma integrity_check'))
  assert.deepEqual(Object.values(check.rows[0] as object), ['ok'])
})

function write({ store, ledger }: Bank, number: number): Promise<void> {
  return store.transaction(async (tx) => {
    await tx
      .insertInto('entry')
      .values({ id: `entry ${number}`, amount: 1 })
      .execute()
    const event = { aggregateId: 'a', topic: 'added', key: 'a', payload: 'x'.repeat(2_000), headers: {} }
    await ledger.enqueue(tx, 'me', [event], 1)
  })
}

/** Returns how many transactions succeeded before the disk was full; any other fault is the test's failure. */
async function writeUntilFull(full: Bank): Promise<number> {
  for (let number = 0; number < 5_000; number++) {
    try {
      await write(full, number)
    } catch (error) {
      fault('full')(error)
      return number
    }
  }
  throw new Error('the disk did not get full')
}

async function counts({ store, ledger }: Bank) {
  const entries = await store.db.selectFrom('entry').select('id').execute()
  return { entries: entries.length, events: (await ledger.backlog()).unsent }
}

/** A disk of 3 MB where this user may mount one; elsewhere a folder, and the test limits the number of pages. */
function smallDisk(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'saga-disk-'))
  const ballast = join(path, 'ballast')
  let mounted = false
  t.after(() => {
    if (mounted) execFileSync('umount', ['-l', path])
    rmSync(path, { recursive: true, force: true })
  })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3M', 'tmpfs', path], { stdio: 'ignore' })
    mounted = true
  } catch {
    return { path, mounted, fill: () => {}, free: () => {} }
  }
  return {
    path,
    mounted: true,
    fill: () => writeFileSync(ballast, Buffer.alloc(1024 * 1024)),
    free: () => unlinkSync(ballast),
  }
}
