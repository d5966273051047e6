import { Problem } from '../../kit/service/http/problem.ts'
import type { Order } from './domain.ts'
import type { Followers } from './followers.ts'
import { type Filter, type OrderRecord, type Page, recordOf } from './projection.ts'
import type { Orders } from './storage.ts'
import { type Entry, foldStream } from './stream.ts'

/** An event of an order's trail, as it was on the wire. */
export interface AuditEntry {
  readonly eventId: string
  readonly eventType: string
  readonly source: string
  readonly timestamp: string
  readonly causationId: string | null
  readonly data: Record<string, unknown>
}

/** A moment in the life of an order: the number of an entry of its stream, or ms since 1970. */
export type Moment = { readonly version: number } | { readonly time: number }

export interface History {
  /** As it was then; null before it was placed. */
  readonly order: OrderRecord | null
  readonly entries: readonly (Pick<Entry, 'version' | 'at'> & { readonly event: AuditEntry })[]
}

export const noSuchOrder = (orderId: string): Problem => new Problem(404, `orderId: there is no order ${orderId}`)

export const isHidden = ({ userId }: Order, only: string | undefined): boolean => only !== undefined && userId !== only

const eventOf = ({ payload }: Entry): AuditEntry => JSON.parse(payload)

/** A clock may be put back: what was known then is all up to the last entry of that time. */
const upTo = (entries: readonly Entry[], moment: Moment): readonly Entry[] =>
  'version' in moment
    ? entries.filter(({ version }) => version <= moment.version)
    : entries.slice(0, entries.findLastIndex(({ at }) => at <= moment.time) + 1)

/**
 * What may be asked of orders. What they are now is answered by the read side, how they came to be so by their streams. `only`: the user whose
 * orders alone the caller may know; another's does not exist for them.
 */
export const createQueries = (
  { streams, projection }: Pick<Orders, 'streams' | 'projection'>,
  followers: Followers,
) => {
  const get = async (orderId: string, only?: string): Promise<OrderRecord> => {
    const record = await projection.get(orderId)
    if (record === undefined || isHidden(record, only)) throw noSuchOrder(orderId)
    return record
  }

  return {
    get,
    list: (filter: Filter): Promise<Page> => projection.list(filter),

    /** All that happened to it. */
    events: async (orderId: string, only?: string): Promise<AuditEntry[]> => {
      await get(orderId, only)
      return (await streams.entries(orderId)).map(eventOf)
    },

    /** What it was at a moment, and what had led to that. */
    history: async (orderId: string, moment: Moment | undefined, only?: string): Promise<History> => {
      await get(orderId, only)
      const all = await streams.entries(orderId)
      const entries = moment === undefined ? all : upTo(all, moment)
      const stream = foldStream(entries)
      return {
        order: stream === undefined ? null : recordOf(stream),
        entries: entries.map((entry) => ({ version: entry.version, at: entry.at, event: eventOf(entry) })),
      }
    },

    /** Its status now and whenever it changes, until it has ended. */
    follow: async <T>(orderId: string, show: (order: OrderRecord) => T, only?: string): Promise<AsyncIterable<T>> =>
      followers.follow(await get(orderId, only), show),
  }
}

export type Queries = ReturnType<typeof createQueries>
