import { z } from 'zod'
import type { OutgoingRecord } from '../../kit/kafka/bus.ts'
import { openBus } from './bus.ts'
import { eachJsonLine, LineError } from './lines.ts'

/** `{"topic":…,"event":{…}}` a line in; ends with 0 when the broker has every one of them. */
const input = z.object({
  topic: z.string().min(1),
  event: z.looseObject({ data: z.looseObject({ orderId: z.string().min(1) }) }),
})

const batchSize = 500
const records: OutgoingRecord[] = []

await eachJsonLine((value, line) => {
  const checked = input.safeParse(value)
  if (!checked.success) {
    throw new LineError(
      line,
      checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    )
  }
  const { topic, event } = value as z.output<typeof input>
  records.push({ topic, key: event.data.orderId, value: JSON.stringify(event) })
})

await openBus('publish', async (bus) => {
  for (let i = 0; i < records.length; i += batchSize) await bus.send(records.slice(i, i + batchSize))
})
