import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { it } from 'node:test'
import { createBus } from './create-bus.ts'
import type { ConsumerGroup } from './guard-clock.ts'
import { numbered, scratch, until } from './scratch.ts'

it('given a client that stops its heartbeats and says nothing, when that is noticed, then a new life joins and goes on', async (t) => {
  const { bus, topic, consume } = scratch(t, createBus)
  const name = await topic()
  let joins = 0
  const { seen, isHealthy } = await consume({ topics: [name], onAssigned: () => void joins++, onFatal: assert.ifError })
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup') as {
    prototype: ConsumerGroup
  }
  const { heartbeat } = prototype
  prototype.heartbeat = async () => {}
  t.after(() => Object.assign(prototype, { heartbeat }))
  await until(() => joins === 2, 'a second life')
  prototype.heartbeat = heartbeat
  await bus.send(numbered(name, 1))
  await until(() => seen.length === 1 && isHealthy(), 'a record in the second life')
})
