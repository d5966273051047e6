import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAdminLine } from './admin.ts'
import { brokersForTests } from './scratch.ts'

const answers = (type: string): Error => Object.assign(new Error(`the broker said ${type}`), { type, retriable: true })

for (const type of ['GROUP_LOAD_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP', 'NOT_LEADER_FOR_PARTITION'])
  test(`given a broker that answers ${type} while it starts, when it is asked, then the question is put again until it knows`, async (t) => {
    const line = createAdminLine({ brokers: brokersForTests(), clientId: 'admin-test', log: () => undefined })
    t.after(() => line.close(1_000))
    let asked = 0
    const answer = await line.ask('read the offsets', async (admin) => {
      asked += 1
      if (asked <= 3) throw answers(type)
      return (await admin.describeCluster()).brokers.length
    })
    assert.ok(answer > 0)
    assert.equal(asked, 4)
  })

test('given a refusal, when the broker is asked, then it is asked once and the fault is told', async (t) => {
  const line = createAdminLine({ brokers: brokersForTests(), clientId: 'admin-test', log: () => undefined })
  t.after(() => line.close(1_000))
  let asked = 0
  const answer = line.ask('read the offsets', async () => {
    asked += 1
    throw answers('GROUP_AUTHORIZATION_FAILED')
  })
  await assert.rejects(answer, { code: 'not-authorized' })
  assert.equal(asked, 1)
})

test('given two questions at once, when one of them fails, then the other is answered on its own line', async (t) => {
  const line = createAdminLine({ brokers: brokersForTests(), clientId: 'admin-test', log: () => undefined })
  t.after(() => line.close(1_000))
  const failed = Promise.withResolvers<void>()
  let asked = 0
  const slow = line.ask('describe the cluster', async (admin) => {
    asked += 1
    await failed.promise
    return (await admin.describeCluster()).brokers.length
  })
  await assert.rejects(line.ask('fail', () => Promise.reject(answers('CLUSTER_AUTHORIZATION_FAILED'))))
  failed.resolve()
  assert.ok((await slow) > 0)
  assert.equal(asked, 1)
})

test('given a question under way, when the line is closed and the question fails, then it is not put again: nobody would close a new connection', async () => {
  const line = createAdminLine({ brokers: brokersForTests(), clientId: 'admin-test', log: () => undefined })
  await line.ask('list topics', (admin) => admin.listTopics())
  const closed = Promise.withResolvers<void>()
  let asked = 0
  const late = line.ask('describe the cluster', async (admin) => {
    asked += 1
    await closed.promise
    return admin.describeCluster()
  })
  await line.close(1_000)
  closed.resolve()
  await assert.rejects(late, { code: 'closed' })
  assert.equal(asked, 1)
})
