import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { databaseServer } from '../../kit/store/suite/database-server.ts'
import { deskSuite } from './desk.suite.ts'

async function sqliteFile(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'shipping-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'shipping.db')
}

deskSuite('SQLite', sqliteFile)

const server = await databaseServer()
if ('unavailable' in server) {
  test('PostgreSQL: the same suite', { skip: server.unavailable }, () => {})
} else {
  after(() => server.stop())
  deskSuite('PostgreSQL', (t) => server.freshDatabase(t))
}
