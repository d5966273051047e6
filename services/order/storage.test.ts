import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { databaseServer } from '../../kit/store/suite/database-server.ts'
import { migrationSuite } from './migrations.suite.ts'
import { orderStoreSuite } from './storage.suite.ts'

const sqliteFile = async (t: TestContext): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'orders-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'order.db')
}

for (const suite of [orderStoreSuite, migrationSuite]) suite('SQLite', sqliteFile)

const server = await databaseServer()
if ('unavailable' in server) {
  test('PostgreSQL: the same suite', { skip: server.unavailable }, () => {})
} else {
  after(() => server.stop())
  for (const suite of [orderStoreSuite, migrationSuite]) suite('PostgreSQL', (t) => server.freshDatabase(t))
}
