import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { catalogue, coreEventNames } from '../contracts/catalogue.ts'
import { keyOf } from '../contracts/codec.ts'
import { eachJsonLine, LineError } from './lines.ts'

/** `{"eventType":…,"data":{…}}` a line in, the whole event a line out. The data is checked and passed on as it is. */
const input = z.object({ eventType: z.enum(coreEventNames), data: z.record(z.string(), z.unknown()) })

const explain = (error: z.ZodError, prefix: string): string =>
  error.issues.map(({ path, message }) => `${[prefix, ...path].filter(Boolean).join('.')}: ${message}`).join('; ')

await eachJsonLine((value, line) => {
  const outer = input.safeParse(value)
  if (!outer.success) throw new LineError(line, explain(outer.error, ''))
  const { eventType, data } = outer.data
  const inner = catalogue[eventType].data.safeParse(data)
  if (!inner.success) throw new LineError(line, explain(inner.error, 'data'))
  const event = {
    eventId: randomUUID(),
    eventType,
    timestamp: new Date().toISOString(),
    version: catalogue[eventType].version,
    source: 'create-event',
    correlationId: keyOf(eventType, inner.data),
    causationId: null,
    data,
  }
  process.stdout.write(`${JSON.stringify(event)}\n`)
})
