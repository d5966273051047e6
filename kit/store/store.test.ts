import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { storeSuite } from './store.suite.ts'
import { databaseServer } from './suite/database-server.ts'

/** In a folder of its own, which goes when the test ends. */
async function sqliteFile(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'saga-store-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'bank.db')
}

storeSuite('SQLite', sqliteFile)

const server = await databaseServer()
if ('unavailable' in server) {
  test('PostgreSQL: the same suite', { skip: server.unavailable }, () => {})
} else {
  after(() => server.stop())
  storeSuite('PostgreSQL', (t) => server.freshDatabase(t))
}
