import { after, describe, test } from 'node:test'
import { databaseServer } from '../../../kit/store/suite/database-server.ts'
import { deskTests } from './desk.suite.ts'

describe('messages on SQLite', { timeout: 120_000 }, () => deskTests(async () => ':memory:'))

const server = await databaseServer()
if ('unavailable' in server) {
  test('messages on PostgreSQL', { skip: server.unavailable }, () => {})
} else {
  after(() => server.stop())
  describe('messages on PostgreSQL', { timeout: 300_000 }, () => deskTests((t) => server.freshDatabase(t)))
}
