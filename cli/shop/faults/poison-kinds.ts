import type { OutgoingRecord } from '../../../kit/kafka/bus.ts'

/** One kind of record that no handler of ours can make sense of. */
export interface PoisonKind {
  readonly name: string
  readonly value: (topic: string, tag: string) => string | null
  readonly headers?: Readonly<Record<string, string>>
}

const data = { orderId: 'poison', userId: 'nobody', productId: 201, quantity: 1, amount: 1 }

const event = (topic: string, tag: string, over: object = {}): object => ({
  eventId: `poison.${tag}`,
  eventType: topic,
  timestamp: '2026-01-01T00:00:00.000Z',
  version: 1,
  source: 'nemesis',
  correlationId: 'poison',
  causationId: null,
  data,
  ...over,
})

const { orderId: _, ...withoutOrder } = data
/** A broker of the lab takes 1,048,588 bytes a batch: what is around this value still fits, and little more does. */
const JUST_UNDER_THE_LIMIT = 1_048_400
const HEADERS = 1_000

/** A value of exactly `bytes` bytes that looks like an event and is none. */
export const bigValue = (topic: string, tag: string, bytes: number): string => {
  const empty = JSON.stringify(event(topic, tag, { data: { ...data, quantity: 'many', note: '' } }))
  return empty.replace('"note":""', `"note":"${'x'.repeat(bytes - empty.length)}"`)
}

const text = (value: unknown): string => JSON.stringify(value)

export const poisonKinds: readonly PoisonKind[] = [
  { name: 'bad-json', value: (topic, tag) => text(event(topic, tag)).slice(0, -7) },
  { name: 'unknown-version', value: (topic, tag) => text(event(topic, tag, { version: 99 })) },
  { name: 'no-order-id', value: (topic, tag) => text(event(topic, tag, { data: withoutOrder })) },
  { name: 'null-value', value: () => null },
  { name: 'wrong-type', value: (topic, tag) => text(event(topic, tag, { data: { ...data, quantity: 'two' } })) },
  { name: 'no-object', value: () => '[1, 2, 3]' },
  { name: 'another-topic', value: (_topic, tag) => text(event('no-such-event', tag)) },
  {
    name: 'proto',
    value: (topic, tag) => `{"__proto__":${text(event(topic, tag))},"constructor":{"prototype":{"polluted":true}}}`,
  },
  {
    name: 'header-bomb',
    value: () => '{',
    headers: Object.fromEntries(Array.from({ length: HEADERS }, (_item, i) => [`x-bomb-${i}`, 'boom'.repeat(20)])),
  },
  { name: 'header-proto', value: () => '}', headers: JSON.parse('{"__proto__":"polluted","constructor":"x"}') },
  { name: 'big', value: (topic, tag) => bigValue(topic, tag, JUST_UNDER_THE_LIMIT) },
]

/** The header that marks a record as ours, kept in the dead letter. */
export const POISON_HEADER = 'poison'

export const poisonRecord = (kind: PoisonKind, topic: string, tag: string, key: string | null): OutgoingRecord => ({
  topic,
  key,
  value: kind.value(topic, tag),
  headers: { [POISON_HEADER]: tag, ...kind.headers },
})
