/** The shape of each file in `design/`. What is left over is refused, so that a misspelt field does not go unnoticed. */
import { z } from 'zod'

const words = z.string().trim()
const count = z.number().int().min(1)

const topic = z.strictObject({
  name: words.min(1),
  producer: words,
  facts: z.array(words).min(1),
  /** A field of the event, or null. */
  key: words.nullable(),
  peakPerSecond: z.number().min(0).nullable(),
  readerPerSecond: z.number().min(0).nullable(),
  partitions: count,
  replicationFactor: count,
  minInsyncReplicas: count,
  retentionHours: count,
})

const deadLetter = z.strictObject({
  name: words.min(1),
  topic: words,
  group: words,
  replicationFactor: count,
  retentionHours: count,
})

export const topicsFile = z.strictObject({
  convention: words,
  acks: z.union([words, z.number()]),
  topics: z.array(topic),
  groups: z.array(z.strictObject({ name: words.min(1), service: words, reads: z.array(words) })),
  deadLetters: z.array(deadLetter),
  deadLetterHeaders: z.array(words),
})

const versions = z.record(words, z.record(z.string(), z.unknown()))

export const eventsFile = z.strictObject({
  headers: z.array(z.strictObject({ name: words.min(1), why: words })),
  events: z.array(z.strictObject({ fact: words, versions, examples: versions })),
})

const selfMark = z.number().min(0).nullable()

export const flowsFile = z.strictObject({
  flows: z.array(
    z.strictObject({
      flow: words,
      pattern: words,
      topics: z.array(words),
      coordinator: words.nullable(),
      reason: words,
      selfMark,
    }),
  ),
})

const answer = z.strictObject({ answer: words, selfMark })
export const consistencyFile = z.strictObject({
  pending: answer,
  crashed: answer,
  asleep: answer,
  rest: answer,
})

export const operationsFile = z.strictObject({
  watching: answer,
  alarms: z.array(z.strictObject({ group: words, secondsBehind: z.number().min(0), records: z.number().min(0) })),
  causes: z.array(z.strictObject({ cause: words, see: words, mend: words })),
  replay: z.strictObject({
    group: words,
    to: words,
    eventId: words,
    perSecond: z.number().min(0),
    steps: words,
    selfMark,
  }),
})

export type TopicsFile = z.infer<typeof topicsFile>
export type Topic = TopicsFile['topics'][number]
export type EventsFile = z.infer<typeof eventsFile>
export type FlowsFile = z.infer<typeof flowsFile>
export type ConsistencyFile = z.infer<typeof consistencyFile>
export type OperationsFile = z.infer<typeof operationsFile>
