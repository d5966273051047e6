import type { Transaction } from 'kysely'
import { insertNew, upsertAll } from '../../kit/store/bulk.ts'
import { manyFor, storable } from '../../kit/store/many.ts'
import { statement } from '../../kit/store/statement.ts'
import { type Store, StoreFault } from '../../kit/store/store.ts'
import type { Fact } from './domain.ts'
import { type Decided, type Entry, entriesOf, foldStream, type Stream } from './stream.ts'
import type { OrderTables } from './tables.ts'

type Row = OrderTables['order_stream']
type LoadedRow = Omit<Row, 'payload'> & {
  /** Only of the first entry: the others say in their columns what they changed. */
  readonly payload: string | null
  readonly snapshot_version: number | null
  readonly snapshot: string | null
}

const streamTable = {
  table: 'order_stream',
  key: ['order_id', 'version'],
  columns: ['order_id', 'version', 'event_id', 'type', 'at', 'status', 'reason', 'payload'],
} as const
const snapshotTable = { table: 'order_snapshots', key: 'order_id', columns: ['order_id', 'version', 'stream'] } as const

const factOf = ({ type, status, reason }: Pick<Row, 'type' | 'status' | 'reason'>, payload: string | null): Fact => {
  if (type === 'order-created') return { kind: 'placed', order: JSON.parse(payload ?? '').data }
  return status === null ? { kind: 'heard' } : { kind: 'moved', status, reason }
}

const toEntry = (row: Omit<Row, 'payload'>, payload: string | null): Omit<Entry, 'payload'> => ({
  version: Number(row.version),
  eventId: row.event_id,
  type: row.type,
  at: Number(row.at),
  fact: factOf(row, payload),
})

const toRow = (orderId: string, { version, eventId, type, at, fact, payload }: Entry): Row => ({
  order_id: orderId,
  version,
  event_id: eventId,
  type,
  at,
  status: fact.kind === 'heard' ? null : fact.kind === 'placed' ? 'PENDING' : fact.status,
  reason: fact.kind === 'moved' && fact.reason !== null ? storable(fact.reason) : null,
  payload,
})

/** From its snapshot on, where there is one. The rows of one order, whatever their order. */
const readStream = (rows: readonly LoadedRow[]): Stream | undefined => {
  const { snapshot, snapshot_version } = rows[0]!
  const from = snapshot === null ? undefined : (JSON.parse(snapshot) as Stream)
  const after = Number(snapshot_version ?? 0)
  const rest = rows
    .filter(({ version }) => Number(version) > after)
    .sort((a, b) => Number(a.version) - Number(b.version))
  return foldStream(
    rest.map((row) => toEntry(row, row.payload)),
    from,
  )
}

const loading = (dialect: Store<unknown>['dialect']) =>
  statement<LoadedRow>(
    `select s.order_id, s.version, s.event_id, s.type, s.at, s.status, s.reason,
      case when s.version = 1 then s.payload end as payload, n.version as snapshot_version, n.stream as snapshot
    from order_stream s left join order_snapshots n on n.order_id = s.order_id
    where ${manyFor(dialect).oneOf('s.order_id', '$1', 'text')} and s.version >= coalesce(n.version, 1)`,
  )

export interface Streams {
  /** Nobody is kept waiting: whoever decides upon what is read here finds out with `append` whether it still holds. */
  load(tx: Transaction<OrderTables>, orderIds: readonly string[]): Promise<Map<string, Stream>>
  /**
   * Adds the decisions to the streams that were loaded, one upon the other, and returns those that grew. Where another process has written to one of
   * them since, it throws a StoreFault that `Store.transaction` answers by doing all of it again: loading, deciding, appending.
   */
  append(
    tx: Transaction<OrderTables>,
    loaded: ReadonlyMap<string, Stream>,
    decisions: readonly Decided[],
    at: number,
  ): Promise<Map<string, Stream>>
  /** All entries of an order, the oldest first. */
  entries(orderId: string): Promise<Entry[]>
}

/** `snapshotEvery`: after so many entries of one order, it is read from a copy of what they made of it. */
export const createStreams = ({ db, dialect }: Store<OrderTables>, snapshotEvery: number): Streams => {
  const load = loading(dialect)
  const many = manyFor(dialect)
  const isDue = (before: Stream | undefined, after: Stream): boolean =>
    Math.floor(after.version / snapshotEvery) > Math.floor((before?.version ?? 0) / snapshotEvery)

  return {
    load: async (tx, orderIds) => {
      if (orderIds.length === 0) return new Map()
      const { rows } = await tx.executeQuery(load(many.values([...new Set(orderIds)])))
      const streams = new Map<string, Stream>()
      for (const [orderId, own] of Map.groupBy(rows, ({ order_id }) => order_id)) streams.set(orderId, readStream(own)!)
      return streams
    },

    append: async (tx, loaded, decisions, at) => {
      const grown = new Map<string, Stream>()
      const rows: Row[] = []
      for (const decided of decisions) {
        const { orderId } = decided.after
        const before = grown.get(orderId) ?? loaded.get(orderId)
        const entries = entriesOf(before, decided, at)
        if (entries.length === 0) continue
        rows.push(...entries.map((entry) => toRow(orderId, entry)))
        grown.set(orderId, foldStream(entries, before)!)
      }
      if ((await insertNew(tx, streamTable, rows)) < rows.length)
        throw new StoreFault('busy', 'another process wrote to one of these orders first', { retriable: true })
      const due = [...grown].filter(([orderId, stream]) => isDue(loaded.get(orderId), stream))
      await upsertAll(
        tx,
        snapshotTable,
        due.map(([order_id, stream]) => ({ order_id, version: stream.version, stream: JSON.stringify(stream) })),
      )
      return grown
    },

    entries: async (orderId) => {
      const rows = await db
        .selectFrom('order_stream')
        .selectAll()
        .where('order_id', '=', orderId)
        .orderBy('version')
        .execute()
      return rows.map((row) => ({ ...toEntry(row, row.payload), payload: row.payload }))
    },
  }
}
