import { readReason } from '../../../../kit/service/dead-letter.ts'
import { catalogue, type EventName, groupOf } from '../../../../services/contracts/catalogue.ts'
import { type Service, services } from '../rig.ts'
import type { Invariant, Logged, Snapshot } from '../snapshot.ts'

/** Notification's mails wait in its outbox too, and go elsewhere. */
const goesToKafka = (topic: string): boolean => !topic.includes(':')

const orderIn = ({ event }: Logged): { orderId?: string } =>
  typeof event?.data.orderId === 'string' ? { orderId: event.data.orderId } : {}

const isEventName = (topic: string): topic is EventName => Object.hasOwn(catalogue, topic)

const nothingLostOnTheWayOut: Invariant = {
  id: 'I6',
  says: 'what a service committed to its outbox is on its topic, and what is on a topic was committed by its producer',
  broken: ({ books, log, clocksMoved }) => {
    const published = new Set(log.flatMap(({ topic, event }) => (event === null ? [] : [`${topic} ${event.eventId}`])))
    const committed = new Set<string>()
    const lost = services.flatMap((service) =>
      books[service].outbox.flatMap(({ topic, eventId, key }) => {
        if (eventId === null || !goesToKafka(topic)) return []
        committed.add(`${topic} ${eventId}`)
        return published.has(`${topic} ${eventId}`)
          ? []
          : [
              {
                what: `${service} committed ${eventId}, which is not on ${topic}`,
                ...(key === null ? {} : { orderId: key }),
              },
            ]
      }),
    )
    // Sent rows are pruned after an hour, and a clock that jumps makes an hour of a moment.
    if (clocksMoved) return lost
    const made = log.filter(
      ({ topic, event }) =>
        event !== null &&
        event.source !== 'nemesis' &&
        isEventName(topic) &&
        !committed.has(`${topic} ${event.eventId}`),
    )
    return [
      ...lost,
      ...made.map((record) => ({
        what: `${record.event?.eventId} is on ${record.topic}, and no outbox has it`,
        ...orderIn(record),
      })),
    ]
  },
}

/** `topic/partition/offset group` of every dead letter. */
const buriedOrigins = (log: readonly Logged[]): Set<string> =>
  new Set(
    log.flatMap(({ headers }) => {
      const reason = readReason(headers)
      return reason === null ? [] : [`${reason.topic}/${reason.partition}/${reason.offset} ${reason.group}`]
    }),
  )

const nothingLostOnTheWayIn: Invariant = {
  id: 'I6',
  says: 'every record is in the inbox of each group that reads its topic, or in the dead letters',
  broken: ({ log, books }) => {
    const inboxes = new Map(services.map((name) => [name, new Set(books[name].inbox.map(({ eventId }) => eventId))]))
    const buried = buriedOrigins(log)
    return log.flatMap((record) => {
      const { topic, partition, offset, event } = record
      if (!isEventName(topic)) return []
      return (catalogue[topic].consumers as readonly Service[]).flatMap((service) => {
        const applied = event !== null && inboxes.get(service)!.has(event.eventId)
        if (applied || buried.has(`${topic}/${partition}/${offset} ${groupOf(service)}`)) return []
        return [
          {
            what: `${topic}/${partition}/${offset} (${event?.eventId ?? 'no event'}) never reached ${service}`,
            ...orderIn(record),
          },
        ]
      })
    })
  },
}

const sameEachTime: Invariant = {
  id: 'I7',
  says: 'an event that is published more than once says the same each time, so that its first copy is as good as any',
  broken: ({ log }) => {
    const first = new Map<string, string>()
    return log.flatMap((record) => {
      if (record.event === null || !isEventName(record.topic)) return []
      const said = JSON.stringify(record.event)
      const before = first.get(record.event.eventId) ?? said
      first.set(record.event.eventId, before)
      return before === said ? [] : [{ what: `${record.event.eventId} has two different contents`, ...orderIn(record) }]
    })
  },
}

const inOrder: Invariant = {
  id: 'I8',
  says: 'in each partition the first copies of the events of a key are in the order of their outbox',
  broken: ({ log, books }) => {
    const places = new Map<string, number>(
      services.flatMap((name) => books[name].outbox.map((row) => [`${row.topic} ${row.eventId}`, row.id] as const)),
    )
    const latest = new Map<string, number>()
    const seen = new Set<string>()
    return log.flatMap((record) => {
      const { topic, partition, key, event } = record
      const name = `${topic} ${event?.eventId ?? null}`
      const id = places.get(name)
      if (event === null || !isEventName(topic) || id === undefined || seen.has(name)) return []
      seen.add(name)
      const lane = `${topic}/${partition} ${key}`
      const before = latest.get(lane) ?? 0
      latest.set(lane, Math.max(before, id))
      return id > before
        ? []
        : [
            {
              what: `${event.eventId} (outbox ${id}) came behind outbox ${before} on ${topic}/${partition}`,
              ...orderIn(record),
            },
          ]
    })
  },
}

/** What must be on a topic before an event of this type can be. */
const causes: Readonly<Partial<Record<EventName, readonly EventName[]>>> = {
  'payment-success': ['order-created'],
  'payment-failed': ['order-created'],
  'stock-reserved': ['payment-success'],
  'stock-failed': ['payment-success'],
  'payment-refunded': ['stock-failed', 'order-cancelled'],
}

const nothingComesFromNothing: Invariant = {
  id: 'I13',
  says: 'every event names its order and its cause, which is on its topic and is not younger',
  broken: ({ log, clocksMoved }: Snapshot) => {
    const firstAt = new Map<string, Logged>()
    for (const record of log)
      if (record.event !== null && !firstAt.has(record.event.eventId)) firstAt.set(record.event.eventId, record)
    return [...firstAt.values()].flatMap((record) => {
      const event = record.event!
      if (!isEventName(record.topic) || event.source === 'nemesis') return []
      if (event.correlationId !== record.key)
        return [
          {
            what: `${event.eventId} has the key ${record.key} and the correlation id ${event.correlationId}`,
            ...orderIn(record),
          },
        ]
      const wanted = causes[record.topic]
      if (wanted === undefined) return []
      const cause = firstAt.get(event.causationId ?? '')
      if (cause?.event == null || !(wanted as readonly string[]).includes(cause.event.eventType))
        return [
          {
            what: `${event.eventId} is said to come from ${event.causationId}, which no topic has`,
            ...orderIn(record),
          },
        ]
      if (!clocksMoved && cause.timestamp > record.timestamp)
        return [{ what: `${event.eventId} is older than its cause ${event.causationId}`, ...orderIn(record) }]
      return []
    })
  },
}

export const deliveryInvariants: readonly Invariant[] = [
  nothingLostOnTheWayOut,
  nothingLostOnTheWayIn,
  sameEachTime,
  inOrder,
  nothingComesFromNothing,
]
