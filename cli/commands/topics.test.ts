import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { runLab } from '../../tests/run-lab.ts'

const brokers = process.env.KAFKA_BROKERS ?? ''

test('given a topic with three messages of one key, when it is asked for by name, then each partition is shown with what it keeps', async (t) => {
  const topic = `of-one-key-${randomUUID()}`
  const bus = createBus({ brokers: brokers.split(','), clientId: 'topics-test', log: () => {} })
  t.after(async () => {
    await bus.deleteTopics([topic])
    await bus.close()
  })
  await bus.createTopics([{ topic, partitions: 3 }])
  await bus.send([1, 2, 3].map((n) => ({ topic, key: 'o-1', value: `${n}` })))
  const { partitions } = JSON.parse((await runLab(['topics', topic, '--json'])).out)
  assert.deepEqual(partitions.map(({ messages }: { messages: string }) => messages).sort(), ['0', '0', '3'])
  const table = (await runLab(['topics', topic, '--no-color'])).out.trim().split('\n')
  assert.deepEqual(
    table.map((line) => line.split(/\s+/)[0]),
    ['partition', '0', '1', '2'],
  )
})

test('given a topic that is not there, when it is asked for by name, then that is said, and where to look', async () => {
  const { code, err } = await runLab(['topics', 'no-such-topic'])
  assert.equal(code, 2)
  assert.match(err, /There is no topic no-such-topic\.[\s\S]*lab topics/)
})
