import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { LogRecord } from './bus.ts'
import { createClient } from './client.ts'
import { createBus } from './create-bus.ts'
import { brokersForTests, numbered, scratch, until, valuesOf } from './scratch.ts'

it('given transactions, kept and undone, when the topic is read or consumed, then their marks end nothing too early or never', async (t) => {
  const { bus, topic, consume } = scratch(t, createBus)
  const name = await topic()
  const { kafka, sockets } = createClient({ brokers: brokersForTests(), clientId: 'test', log: () => {} })
  const producer = kafka.producer({ transactionalId: name, maxInFlightRequests: 1, idempotent: true })
  t.after(() => producer.disconnect().finally(sockets.destroy))
  await producer.connect()
  for (const [value, end] of [
    ['kept', 'commit'],
    ['undone', 'abort'],
    ['kept too', 'commit'],
    ['undone too', 'abort'],
  ] as const) {
    const transaction = await producer.transaction()
    await transaction.send({ topic: name, messages: [{ value }] })
    await transaction[end]()
  }
  const read: LogRecord[] = []
  await bus.read([name], (record) => read.push(record), 5_000)
  assert.deepEqual(valuesOf(read), ['kept', 'kept too'])
  const { seen, group } = await consume({ topics: [name] })
  await bus.send(numbered(name, 1))
  await until(() => seen.length === 3, 'the records past the marks')
  await until(async () => (await bus.lag(group))[0]?.lag === 0n, 'lag 0')
})

it('given a reader that takes its time, when a topic is read, then each partition waits for it, and nothing is lost', async (t) => {
  const { bus, topic } = scratch(t, createBus)
  const name = await topic(2)
  await bus.send(numbered(name, 40))
  const busy = new Set<number>()
  const read: LogRecord[] = []
  await bus.read([name], async (record) => {
    assert.ok(!busy.has(record.partition), 'the next record of a partition came before the one before was done')
    busy.add(record.partition)
    await new Promise(setImmediate)
    busy.delete(record.partition)
    read.push(record)
  })
  assert.deepEqual(
    valuesOf(read).sort(),
    numbered(name, 40)
      .map(({ value }) => value)
      .sort(),
  )
  await assert.rejects(
    bus.read([name], async () => {
      throw new Error('no more')
    }),
    /no more/,
  )
})
