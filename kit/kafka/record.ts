import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { Headers, LogRecord } from './bus.ts'

/** A record as kafkajs gives it, seen as a LogRecord. Headers become text when first asked for: many handlers never do. */
export class FetchedRecord implements LogRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly timestamp: number
  #raw: IHeaders | undefined
  #headers: Headers | null = null

  constructor(topic: string, partition: number, message: KafkaMessage) {
    this.topic = topic
    this.partition = partition
    this.offset = BigInt(message.offset)
    this.key = message.key
    this.value = message.value
    this.timestamp = Number(message.timestamp)
    this.#raw = message.headers
  }

  get headers(): Headers {
    this.#headers ??= textHeaders(this.#raw)
    return this.#headers
  }
}

function textHeaders(raw: IHeaders | undefined): Headers {
  const headers: Record<string, string> = Object.create(null)
  for (const name in raw) {
    const all = raw[name]
    const value = Array.isArray(all) ? all[all.length - 1] : all
    if (value !== undefined && value !== null) headers[name] = value.toString()
  }
  return headers
}
