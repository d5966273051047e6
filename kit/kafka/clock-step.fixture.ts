import assert from 'node:assert/strict'
import { createBus } from './create-bus.ts'
import { brokersForTests, until } from './scratch.ts'

// A consumer whose wall clock steps by `process.argv[4]` ms while it runs: `node clock-step.fixture.ts <group> <topic> <step>`.
// Stays in the group for three session timeouts, then takes a record. Exit code 0 when all went well.
const [group, topic, step] = process.argv.slice(2) as [string, string, string]
const session = { sessionTimeoutMs: 1_500, heartbeatIntervalMs: 300 }
const bus = createBus({ brokers: brokersForTests(), clientId: 'clock-step', log: () => {} })
let records = 0
let joins = 0
const onAssigned = (): void => void joins++
const onRecords = async (delivery: { records: readonly unknown[] }): Promise<void> => {
  records += delivery.records.length
}
const consumption = await bus.consume({ group, topics: [topic], ...session, onAssigned, onRecords })
await consumption.ready

const now = Date.now
Date.now = () => now() + Number(step)
const stepped = performance.now()
while (performance.now() - stepped < 3 * session.sessionTimeoutMs) {
  const { members } = await bus.group(group)
  assert.equal(members.length, 1, `out of the group ${Math.round(performance.now() - stepped)} ms after the step`)
  await new Promise((resolve) => setTimeout(resolve, 50))
}
await bus.send([{ topic, key: null, value: 'after the step' }])
await until(() => records === 1, 'the record after the step')
assert.equal(joins, 1, 'no rejoin was needed')
assert.ok(consumption.isHealthy())
await consumption.stop()
await bus.close()
