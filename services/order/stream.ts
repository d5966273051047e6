import { evolve, type Fact, factOf, type Order } from './domain.ts'

/** An order as its stream tells it. Times in ms since 1970. */
export interface Stream {
  readonly order: Order
  /** Of its last entry; entries are counted from 1. */
  readonly version: number
  /** Of the entry that made it what it is: what came after that changed nothing. */
  readonly changedIn: number
  readonly createdAt: number
  /** When it became what it is. */
  readonly updatedAt: number
  readonly eventIds: readonly string[]
}

/** One entry of a stream. `at`: when this service wrote it. `payload`: the event as it was on the wire. */
export interface Entry extends Line {
  readonly version: number
  readonly at: number
  readonly fact: Fact
}

/** An event that was heard or said. */
export interface Line {
  readonly eventId: string
  readonly type: string
  readonly payload: string
}

/** A decision to be kept: what was heard and said with it, in that order, and the order afterwards. */
export interface Decided {
  readonly after: Order
  readonly lines: readonly Line[]
}

const grow = (stream: Stream | undefined, { version, eventId, at, fact }: Omit<Entry, 'payload'>): Stream => {
  const isNews = stream === undefined || fact.kind !== 'heard'
  return {
    order: evolve(stream?.order, fact),
    version,
    changedIn: isNews ? version : stream.changedIn,
    createdAt: stream?.createdAt ?? at,
    updatedAt: isNews ? at : stream.updatedAt,
    eventIds: stream === undefined ? [eventId] : [...stream.eventIds, eventId],
  }
}

/** The stream that these entries make, of nothing or from where a snapshot was taken; undefined where there are none. */
export const foldStream = (entries: readonly Omit<Entry, 'payload'>[], from?: Stream): Stream | undefined =>
  entries.reduce<Stream | undefined>(grow, from)

/** The entries that keep a decision, numbered on from the stream's end. An event that is there already is not kept twice, unless it changes something now. */
export const entriesOf = (stream: Stream | undefined, { after, lines }: Decided, at: number): Entry[] => {
  const fact = stream === undefined ? placed(after) : factOf(stream.order, after)
  const fresh = fact.kind === 'heard' ? lines.filter(({ eventId }) => !stream?.eventIds.includes(eventId)) : lines
  const next = (stream?.version ?? 0) + 1
  const kept = fresh.length === 0 && fact.kind !== 'heard' ? [unsaid(after, next, at)] : fresh
  // What a decision made of the order stands with its last line: before that it was only heard of. A stream begins with its placing.
  const stands = fact.kind === 'placed' ? 0 : kept.length - 1
  return kept.map((line, i) => ({
    ...line,
    version: next + i,
    at,
    fact: i === stands ? fact : { kind: 'heard' },
  }))
}

const placed = ({ status: _status, reason: _reason, ...order }: Order): Fact => ({ kind: 'placed', order })

/** What changed an order without an event, as a missed deadline does, leaves a line all the same. */
const unsaid = ({ orderId, status, reason }: Order, version: number, at: number): Line => {
  const type = 'order.status.changed'
  const eventId = `${type}.${orderId}.${version}`
  const envelope = {
    eventId,
    eventType: type,
    timestamp: new Date(at).toISOString(),
    version: 1,
    source: 'order',
    correlationId: orderId,
    causationId: null,
    data: { orderId, status, reason },
  }
  return { eventId, type, payload: JSON.stringify(envelope) }
}
