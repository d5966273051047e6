import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { databaseServer } from '../../kit/store/suite/database-server.ts'
import { accountTests, type Fresh } from './accounts.suite.ts'
import { sessionTests } from './sessions/sessions.suite.ts'
import { tokenTests } from './tokens/tokens.suite.ts'

const suite = (fresh: Fresh): void => {
  accountTests(fresh)
  sessionTests(fresh)
  tokenTests(fresh)
}

describe('identity on SQLite', { timeout: 600_000, concurrency: 4 }, () => {
  suite(async (t) => {
    const path = join(tmpdir(), `identity-${randomBytes(6).toString('hex')}.db`)
    t.after(() => {
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
    })
    return path
  })
})

const server = await databaseServer()
if ('unavailable' in server) {
  test('identity on PostgreSQL', { skip: server.unavailable }, () => {})
} else {
  after(() => server.stop())
  describe('identity on PostgreSQL', { timeout: 600_000, concurrency: 4 }, () => {
    suite((t) => server.freshDatabase(t))
  })
}
