import type { Kysely, Transaction } from 'kysely'
import { loadByIds, upsertAll } from '../../../kit/store/bulk.ts'
import { clustered, type Migration } from '../../../kit/store/store.ts'
import { type Saga, type SagaStatus, stateOf, statusOf } from './machine.ts'
import type { SagaState } from './steps.ts'

export interface SagaTables {
  /** `saga` is the JSON of all that the machine knows; the other columns are there to be searched. Times in ms since 1970. */
  sagas: {
    order_id: string
    status: SagaStatus
    state: SagaState
    /** When the awaited answer is overdue; null where none is awaited, or a person is. */
    due_at: number | null
    saga: string
    updated_at: number
  }
}

export const sagaMigrations: readonly Migration[] = [
  {
    name: 'order-saga-001-sagas',
    up: clustered(
      'create table sagas (order_id text primary key, status text not null, state text not null, due_at bigint, saga text not null, updated_at bigint not null)',
    ),
  },
  // Not by due_at, which changes with every step: what is open is few, and found by its status.
  { name: 'order-saga-002-by-status', up: 'create index sagas_by_status on sagas (status, order_id)' },
]

/** A saga as it is kept. */
export interface KeptSaga {
  readonly saga: Saga
  readonly dueAt: number | null
  readonly updatedAt: number
}

/** How long an answer is waited for, and how often it is asked for. Each try waits twice as long as the one before. */
export interface Patience {
  readonly deadlineMs: number
  readonly tries: number
}

const table = {
  table: 'sagas',
  key: 'order_id',
  columns: ['order_id', 'status', 'state', 'due_at', 'saga', 'updated_at'],
} as const

type Row = SagaTables['sagas']

const toKept = (row: Row): KeptSaga => ({
  saga: JSON.parse(row.saga),
  dueAt: row.due_at === null ? null : Number(row.due_at),
  updatedAt: Number(row.updated_at),
})

const dueAt = ({ awaited, attention }: Saga, at: number, { deadlineMs }: Patience): number | null =>
  awaited === null || attention !== null ? null : at + deadlineMs * 2 ** (awaited.tries - 1)

export const createSagas = (db: Kysely<SagaTables>, patience: Patience) => ({
  /** Until the transaction ends, nobody else moves one of these. */
  load: async <DB>(tx: Transaction<DB>, orderIds: readonly string[]): Promise<Map<string, KeptSaga>> => {
    const ids = [...new Set(orderIds)]
    const rows = await loadByIds<Row, DB>(tx, { table: 'sagas', idColumn: 'order_id', ids })
    return new Map(rows.map((row) => [row.order_id, toKept(row)]))
  },

  /** Sagas that moved: the answer that each of them awaits is due from now on. */
  save: <DB>(tx: Transaction<DB>, sagas: readonly Saga[], at: number): Promise<void> =>
    upsertAll(
      tx,
      table,
      sagas.map((saga) => ({
        order_id: saga.order.orderId,
        status: statusOf(saga),
        state: stateOf(saga),
        due_at: dueAt(saga, at, patience),
        saga: JSON.stringify(saga),
        updated_at: at,
      })),
    ),

  /** Orders whose answer is overdue, the longest first. */
  overdue: async (now: number, limit: number): Promise<string[]> => {
    const rows = await db
      .selectFrom('sagas')
      .select('order_id')
      .where('status', 'in', ['RUNNING', 'COMPENSATING'])
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .limit(limit)
      .execute()
    return rows.map(({ order_id }) => order_id)
  },

  get: async (orderId: string): Promise<KeptSaga | undefined> => {
    const row = await db.selectFrom('sagas').selectAll().where('order_id', '=', orderId).executeTakeFirst()
    return row === undefined ? undefined : toKept(row)
  },

  /** By order id, the latest first. `before`: only those whose id sorts before it. */
  list: async (filter: {
    readonly status?: SagaStatus | undefined
    readonly before?: string | undefined
    readonly limit: number
  }): Promise<KeptSaga[]> => {
    let query = db.selectFrom('sagas').selectAll().orderBy('order_id', 'desc').limit(filter.limit)
    if (filter.status !== undefined) query = query.where('status', '=', filter.status)
    if (filter.before !== undefined) query = query.where('order_id', '<', filter.before)
    return (await query.execute()).map(toKept)
  },
})

export type Sagas = ReturnType<typeof createSagas>
