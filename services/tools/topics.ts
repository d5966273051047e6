import { catalogue, coreEventNames } from '../contracts/catalogue.ts'
import { deadLetterSpec } from '../contracts/topics.ts'
import { openBus } from './bus.ts'

/** The labs' number; the shop itself takes 6 (TOPIC_PARTITIONS). */
const partitions = Number(process.env.TOPIC_PARTITIONS || 3)

await openBus('topics', async (bus) => {
  const read = coreEventNames.filter((name) => catalogue[name].consumers.length > 0)
  const specs = [...coreEventNames.map((topic) => ({ topic, partitions })), ...read.map(deadLetterSpec)]
  const made = await bus.createTopics(specs)
  process.stdout.write(made.length === 0 ? 'All topics are there already.\n' : `Created ${made.join(', ')}.\n`)
})
