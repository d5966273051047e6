import type { Inbound } from '../../../kit/service/plan.ts'
import { catalogue, coreEventNames, type EventName, type NewEvent } from '../../../services/contracts/catalogue.ts'
import { createReader, encodeEvent, eventIdOf, keyOf } from '../../../services/contracts/codec.ts'
import type { Mail } from '../../../services/notification/domain.ts'
import type { Emission, ShopEvent } from './models.ts'
import { type Entry, type Letter, logIndex, type OutboxRow, partitionOf, type World } from './world.ts'

const timestamp = '2026-01-01T00:00:00.000Z'
const read = createReader(coreEventNames)
const entryKey = (event: ShopEvent): string => keyOf(event.eventType, event.data)
const offsets = Array.from({ length: 4_096 }, (_, i) => BigInt(i))

/** The envelope as encodeEvent writes it and createReader gives it back, without the JSON between; a test holds the two equal. */
export const toEvent = (emission: NewEvent<EventName>, source: string, causationId: string | null): ShopEvent =>
  ({
    eventId: eventIdOf(emission),
    eventType: emission.type,
    timestamp,
    version: catalogue[emission.type].version,
    source,
    correlationId: keyOf(emission.type, emission.data),
    causationId,
    data: emission.data,
  }) as ShopEvent

const overTheWire = (emission: NewEvent<EventName>, source: string, cause: ShopEvent | null): ShopEvent => {
  const row = encodeEvent(emission, source, cause, Date.parse(timestamp))
  const parsed = read(row.topic, Buffer.from(row.payload ?? ''))
  if (!parsed.ok) throw new Error(`the service's own event cannot be read: ${parsed.reason}`)
  return parsed.event
}

const isEvent = (emission: Emission): emission is NewEvent<EventName> => 'type' in emission

const newRow = (
  world: World,
  writer: string,
  owner: number,
  what: Partial<OutboxRow> & { key: string },
): OutboxRow => ({
  id: world.rowIds++,
  writer,
  owner,
  event: null,
  mail: null,
  letter: null,
  sent: false,
  ...what,
})

const freshId = (world: World, event: ShopEvent): ShopEvent =>
  world.bugs.drawsNewIds ? { ...event, eventId: `${event.eventId}~${world.rowIds}` } : event

export const emissionRow = (
  world: World,
  service: string,
  instance: number,
  emission: Emission,
  cause: ShopEvent | null,
): OutboxRow => {
  const writer = `${service}#${instance}`
  if (!isEvent(emission)) return newRow(world, writer, instance, { key: emission.orderId, mail: emission })
  const event = world.wire
    ? overTheWire(emission, service, cause)
    : toEvent(emission, service, cause === null ? null : cause.eventId)
  return newRow(world, writer, instance, { key: event.correlationId, event: freshId(world, event) })
}

export const letterRow = (world: World, service: string, instance: number, letter: Letter): OutboxRow =>
  newRow(world, `${service}#${instance}`, instance, { key: letter.entry.key, letter })

const append = (
  world: World,
  topic: string,
  partition: number,
  part: Pick<Inbound<ShopEvent>, 'key' | 'parsed'>,
  row: OutboxRow | null,
  value: Buffer | null,
): Entry => {
  const log = world.logs[logIndex(topic, partition)]!
  const record = { topic, partition, offset: offsets[log.length]!, key: null, value, headers: {}, timestamp: world.now }
  const entry: Entry = { record, key: part.key, parsed: part.parsed, seq: world.seq++, row }
  log.push(entry)
  return entry
}

/** What the broker does with one row: an event goes to its topic, a dead letter to its own, a mail to the customer. */
export const publishRow = (world: World, row: OutboxRow, who: string): void => {
  if (row.mail !== null) sendMail(world, row.mail, who)
  if (row.letter !== null) {
    world.letters.push(row.letter)
    world.history?.push({
      t: world.now,
      who,
      what: 'sends dead letter',
      topic: row.letter.record.topic,
      orderId: row.key,
    })
  }
  if (row.event !== null) publishEvent(world, row.event, row, who)
}

const sendMail = (world: World, mail: Mail, who: string): void => {
  world.sends.push(mail)
  world.history?.push({ t: world.now, who, what: `mails ${mail.kind}`, orderId: mail.orderId })
}

export const publishEvent = (world: World, event: ShopEvent, row: OutboxRow | null, who: string): void => {
  const partition = partitionOf(event.correlationId)
  const entry = append(
    world,
    event.eventType,
    partition,
    { key: entryKey(event), parsed: { ok: true, event } },
    row,
    null,
  )
  world.history?.push({
    t: world.now,
    who,
    what: 'publishes',
    ...place(entry),
    eventId: event.eventId,
    orderId: event.correlationId,
  })
}

const poisons = [Buffer.from('{"eventId":'), Buffer.from('{"__proto__":{"data":1}}'), Buffer.from('[]'), null] as const

const readPoison = (topic: EventName, kind: number): Inbound<ShopEvent>['parsed'] => read(topic, poisons[kind] ?? null)
const poisonRead = new Map(
  coreEventNames.map((topic) => [topic, poisons.map((_, kind) => readPoison(topic, kind))] as const),
)

/** Somebody else's bytes on one of our topics, under the key of an order. Read by the production reader, once for all schedules. */
export const publishPoison = (world: World, topic: EventName, key: string, kind: number): void => {
  const parsed = poisonRead.get(topic)![kind % poisons.length]!
  const entry = append(world, topic, partitionOf(key), { key, parsed }, null, poisons[kind % poisons.length] ?? null)
  world.poison.push(entry)
  world.history?.push({ t: world.now, who: 'nemesis', what: 'writes poison', ...place(entry), orderId: key })
}

export const place = ({ record: { topic, partition, offset } }: Entry) => ({ topic, partition, offset: Number(offset) })
export const originOf = ({ record }: Entry): string => `${record.topic}/${record.partition}/${record.offset}`
