import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { someKills } from './faults/plans.ts'
import { postgresDatabases } from './faults/postgres.ts'
import { startRig } from './faults/rig.ts'
import { runFaults } from './faults/run.ts'

const seed = Number(process.env.FAULTS_SEED || 1)

it('given PostgreSQL and two instances of each service that changes money or stock, when processes and the broker die, then nothing is lost and nothing done twice', {
  timeout: 180_000,
}, async (t) => {
  const databases = await postgresDatabases()
  if ('why' in databases) return t.skip(databases.why)
  const dir = mkdtempSync(join(tmpdir(), 'lab-faults-'))
  t.diagnostic(`seed ${seed}, history in ${dir}/history.jsonl`)
  const instances = { order: 2, payment: 2, inventory: 2 }
  const rig = await startRig({ seed, dir, instances, databases: databases.urls }).catch(async (error) => {
    await databases.leave()
    throw error
  })
  t.after(async () => {
    await rig.stop()
    await databases.leave()
    if (t.passed) rmSync(dir, { recursive: true, force: true })
  })
  const verdict = await runFaults(rig, someKills)
  t.diagnostic(`${verdict.orders} orders, ${verdict.kills} kills, ended ${verdict.endedMs} ms after healing`)
  assert.deepEqual(verdict.missed, [], `the run is invalid: these faults did not land (${dir})`)
  assert.equal(verdict.violations.length, 0, `${verdict.told}\n(all of it: ${dir})`)
})
