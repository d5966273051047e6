import type { z } from 'zod'

/** One kind of event: who says it, who listens, and what it looks like. */
export interface EventType {
  readonly summary: string
  /** The service that publishes it. */
  readonly producer: string
  /** The services that consume it in the core shop; each in its own consumer group, `<service>-group`. */
  readonly consumers: readonly string[]
  /** Those that consume it in the whole shop. Default: as in the core shop. */
  readonly inWhole?: readonly string[]
  /** The field of the data that is the message key. Events with one key keep their order. */
  readonly key: 'orderId' | 'productId' | 'userId'
  /** Of the data's schema as it is written today. */
  readonly version: number
  readonly data: z.ZodType
}
