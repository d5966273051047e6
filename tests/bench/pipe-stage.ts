import { createBus } from '../../kit/kafka/create-bus.ts'

/**
 * One process of the raw pipe: hands each record on as it is, or counts it. `node pipe-stage.ts <brokers> <group> <from,from> [to]`.
 * Prints `ready`, and at the end of its input (SIGTERM) nothing.
 */
const [brokers = '', group = '', from = '', to] = process.argv.slice(2)
const bus = createBus({ brokers: brokers.split(','), clientId: group })
const hands = new Set(from.split(',').slice(0, 1))
let passed = 0

const consumption = await bus.consume({
  group,
  topics: from.split(','),
  onRecords: async ({ topic, records }) => {
    passed += records.length
    if (to === undefined || !hands.has(topic)) return
    await bus.send(
      records.map(({ key, value, headers }) => ({
        topic: to,
        key: key?.toString() ?? null,
        value: value?.toString() ?? null,
        headers,
      })),
    )
  },
})
await consumption.ready
process.stdout.write('ready\n')
process.once('SIGTERM', async () => {
  await consumption.stop()
  await bus.close()
  process.stdout.write(`${passed}\n`)
})
