import { describe } from 'node:test'
import { bulkTests } from './suite/bulk.ts'
import type { Fresh } from './suite/fresh.ts'
import { inboxTests } from './suite/inbox.ts'
import { migrationTests } from './suite/migrations.ts'
import { modelTests } from './suite/model.ts'
import { outboxTests } from './suite/outbox.ts'
import { parkingTests } from './suite/parking.ts'
import { processTests } from './suite/processes.ts'
import { transactionTests } from './suite/transactions.ts'

/** What a store promises, whatever database is behind it. `fresh` makes an empty database for each test. */
export function storeSuite(name: string, fresh: Fresh): void {
  describe(`${name}: transactions`, () => transactionTests(fresh))
  describe(`${name}: migrations`, () => migrationTests(fresh))
  describe(`${name}: inbox and dead records`, () => inboxTests(fresh))
  describe(`${name}: outbox`, () => outboxTests(fresh))
  describe(`${name}: parked events`, () => parkingTests(fresh))
  describe(`${name}: many rows at once`, () => bulkTests(fresh))
  describe(`${name}: processes`, () => processTests(fresh))
  describe(`${name}: against a model`, () => modelTests(fresh))
}
