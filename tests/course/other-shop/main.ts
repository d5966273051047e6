/**
 * A second right shop, as unlike the answer key as the contract allows: one program for everything, node:http, another
 * Kafka client, batches, transactions, other status codes and ids, noisy output. The checker must give it full marks.
 */
import { createEvents } from './create-events.ts'
import { inventory } from './inventory.ts'
import { notification } from './notification.ts'
import { order } from './order.ts'
import { payment } from './payment.ts'
import { publish } from './publish.ts'
import { makeTopics } from './topics.ts'

const things: Readonly<Record<string, () => Promise<void>>> = {
  order,
  payment,
  inventory,
  notification,
  publish,
  'create-event': createEvents,
  topics: makeTopics,
}

const thing = things[process.argv[2] ?? '']
if (thing === undefined) {
  console.error(`usage: node main.ts ${Object.keys(things).join('|')}`)
  process.exitCode = 64
} else {
  await thing()
}
