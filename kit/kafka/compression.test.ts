import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { KafkaFault } from './bus.ts'
import { createBus } from './create-bus.ts'
import { numbered, QUICK, scratch, until, valuesOf } from './scratch.ts'

// The broker compresses anew where the topic says so: this is how records of other programs look.
for (const codec of ['zstd', 'gzip', 'uncompressed']) {
  it(`given a topic kept as ${codec}, when it is consumed, then its records come whole`, async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic(1, { 'compression.type': codec })
    await bus.send(numbered(name, 100))
    const { seen } = await consume({ topics: [name] })
    await until(() => seen.length === 100, 'all records')
    assert.deepEqual(
      valuesOf(seen),
      numbered(name, 100).map((one) => one.value),
    )
  })
}

for (const codec of ['lz4', 'snappy']) {
  it(`given a topic kept as ${codec}, when it is consumed, then the consumer dies once and loudly, with the remedy`, async (t) => {
    const { bus, topic, group } = scratch(t, createBus)
    const name = await topic(1, { 'compression.type': codec })
    await bus.send(numbered(name, 1))
    const faults: KafkaFault[] = []
    const consumption = await bus.consume({
      group: group(),
      topics: [name],
      ...QUICK,
      onRecords: async () => {},
      onFatal: (fault) => faults.push(fault),
    })
    await until(() => faults.length > 0, 'the word that it is dead')
    assert.equal(faults.length, 1)
    assert.equal(faults[0]!.code, 'crashed')
    assert.match(faults[0]!.message, /compression\.type/)
    assert.equal(consumption.isHealthy(), false)
    await consumption.stop()
  })
}
