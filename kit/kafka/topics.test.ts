import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createBus } from './create-bus.ts'
import { faultFrom } from './fault.ts'
import { brokersForTests } from './scratch.ts'
import { watermarks } from './topics.ts'

test('given a connection that has asked about topics which are gone, when new ones are created meanwhile, then that works', async (t) => {
  const bus = createBus({ brokers: brokersForTests(), clientId: 'topics-test', log: () => undefined })
  const name = `gone-${randomUUID()}`
  const spec = { topic: name, partitions: 3 }
  // Somebody looks at the topic all the time, as a tap does, also at the moment when it is deleted and made anew.
  let looking = false
  t.after(async () => {
    looking = false
    await bus.deleteTopics([name])
    await bus.close()
  })
  for (let round = 0; round < 5; round++) {
    assert.deepEqual(await bus.createTopics([spec]), [name])
    looking = true
    const look = async (): Promise<void> => {
      while (looking) await bus.topics([name]).catch(() => undefined)
    }
    const looked = Promise.all([look(), look(), look(), look()])
    await bus.deleteTopics([name])
    assert.deepEqual(await bus.createTopics([spec]), [name])
    looking = false
    await looked
    await bus.deleteTopics([name])
  }
})

test('given topics that come and go, when all are listed meanwhile, then each list is made and holds those that stay', async (t) => {
  const bus = createBus({ brokers: brokersForTests(), clientId: 'topics-test', log: () => undefined })
  const other = createBus({ brokers: brokersForTests(), clientId: 'topics-test-other', log: () => undefined })
  const [stays, goes] = [`stays-${randomUUID()}`, `goes-${randomUUID()}`]
  let coming = true
  t.after(async () => {
    coming = false
    await other.deleteTopics([stays, goes])
    await Promise.all([bus.close(), other.close()])
  })
  await other.createTopics([{ topic: stays, partitions: 1 }])
  const comeAndGo = (async () => {
    while (coming) {
      await other.createTopics([{ topic: goes, partitions: 3 }])
      await other.deleteTopics([goes])
    }
  })()
  for (let i = 0; i < 10; i++) assert.ok((await bus.topics()).some(({ topic }) => topic === stays))
  coming = false
  await comeAndGo
})

test('given a topic that goes between two questions about it, when its offsets are asked for, then it is unknown, whatever the client stumbles over', async () => {
  const stumble = new TypeError("Cannot destructure property 'partitions' of 'high.pop(...)' as it is undefined.")
  const line = { ask: (doing: string) => Promise.reject(faultFrom(stumble, doing)), close: async () => {} }
  await assert.rejects(watermarks(line, 'gone'), { code: 'unknown-topic', message: /No topic gone/ })
})
