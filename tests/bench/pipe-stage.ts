import kafkajs from 'kafkajs'

/**
 * One process of the raw pipe: hands each record on as it is, a batch at a time. `node pipe-stage.ts <brokers> <group> <from,from> [to]`.
 * Plain kafkajs as its documentation shows it, with nothing of our kit. Prints `ready` once it has joined its group.
 */
const [brokers = '', group = '', from = '', to] = process.argv.slice(2)
const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), clientId: group, logLevel: kafkajs.logLevel.NOTHING })
const producer = kafka.producer()
const consumer = kafka.consumer({ groupId: group })
const [handsOn] = from.split(',')

await producer.connect()
await consumer.connect()
await consumer.subscribe({ topics: from.split(','), fromBeginning: true })
consumer.on(consumer.events.GROUP_JOIN, () => process.stdout.write('ready\n'))
await consumer.run({
  eachBatch: async ({ batch }) => {
    if (to === undefined || batch.topic !== handsOn) return
    const messages = batch.messages.map(({ key, value, headers }) => ({ key, value, ...(headers && { headers }) }))
    await producer.send({ topic: to, messages })
  },
})
process.once('SIGTERM', async () => {
  await consumer.disconnect()
  await producer.disconnect()
})
