import type { LogRecord } from '../../../kit/kafka/bus.ts'
import type { ShopModel, StepModel, TopicModel } from '../model.ts'
import type { Kind } from '../protocol.ts'
import { HubState } from './state.ts'

/** A shop of three services, small enough to be read at a glance: placed → paid → packed, and the way back. */
const STEPS: readonly (readonly [
  topic: string,
  by: string,
  to: readonly string[],
  lane: StepModel['lane'],
  of: string | null,
  kind: Kind,
])[] = [
  ['placed', 'till', ['bank'], 'forward', null, 'pending'],
  ['paid', 'bank', ['depot'], 'forward', null, 'ok'],
  ['packed', 'depot', ['till'], 'forward', null, 'ok'],
  ['unpaid', 'bank', ['till'], 'failure', 'paid', 'failed'],
  ['sold-out', 'depot', ['till', 'bank'], 'failure', 'packed', 'failed'],
  ['refunded', 'bank', ['till'], 'compensation', 'paid', 'compensating'],
  ['cancelled', 'till', ['depot'], 'compensation', 'placed', 'compensating'],
]

export const model: ShopModel = {
  kind: 'reference',
  services: ['till', 'bank', 'depot'].map((name) => ({ name, group: `${name}-group` })),
  topics: STEPS.map(
    ([name, producer, consumers, lane, of, kind]): TopicModel => ({
      ...{ name, producer, consumers, kind, summary: `About ${name}.`, deadLetters: `${name}-dlq` },
      ...{ steps: [{ id: name, title: name, word: name, lane, of }], ofOrder: true },
    }),
  ),
  problemsOf: (_topic, value) => (value?.length ? [] : ['empty value']),
  isOurs: () => true,
}

export const createState = (): HubState => new HubState(model)

export interface EventFacts {
  readonly orderId?: string
  readonly id?: string
  readonly at?: number
  readonly partition?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly data?: Readonly<Record<string, unknown>>
  readonly causationId?: string
  /** In place of the envelope. */
  readonly value?: Buffer | string | null
}

let offset = 0n

/** A record as a service of that shop would write it. */
export function eventOf(topic: string, facts: EventFacts = {}): LogRecord {
  const { orderId = 'o-1', at = 1_000, partition = 0, headers = {}, data = {}, causationId = null } = facts
  const envelope = {
    eventId: facts.id ?? `${topic}.${orderId}`,
    eventType: topic,
    causationId,
    data: { orderId, ...data },
  }
  const value = facts.value === undefined ? JSON.stringify(envelope) : facts.value
  return {
    ...{ topic, partition, headers },
    offset: offset++,
    key: Buffer.from(orderId),
    value: value === null ? null : Buffer.from(value),
    timestamp: at,
  }
}

/** A dead letter of that shop. */
export function letterOf(record: LogRecord, error = 'it hurts', group = 'bank-group'): LogRecord {
  const { topic, partition, offset: from } = record
  const reason = { topic, partition: String(partition), offset: String(from), group, error, attempts: '4' }
  const headers = Object.fromEntries(Object.entries(reason).map(([name, text]) => [`dlq-${name}`, text]))
  return { ...record, topic: `${topic}-dlq`, offset: offset++, headers: { ...record.headers, ...headers } }
}
