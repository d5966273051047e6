import type { Parts } from '../../kit/service/parts.ts'
import { atMostOnceIn, changesOf } from './live-figures.ts'
import { cancellationsOf, deliveryOf, funnelOf, readCounts, readSales, type SalesFilter } from './queries.ts'
import type { Rebuilder } from './rebuild.ts'
import type { AnalyticsTables, ViewsRow } from './storage.ts'

const streamEveryMs = 1_000

/** How the latest rebuild stands. Times in ms since 1970; null where there was none, or it goes on. */
export interface Progress {
  readonly state: ViewsRow['state']
  readonly instance: string | null
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly records: number
  readonly recordsTotal: number
  readonly error: string | null
}

const timeOf = (value: number): number | null => Number(value) || null

const progressOf = (row: ViewsRow): Progress => ({
  state: row.state,
  instance: row.instance || null,
  startedAt: timeOf(row.started_at),
  endedAt: timeOf(row.ended_at),
  records: Number(row.records),
  recordsTotal: Number(row.records_total),
  error: row.error,
})

/** What may be asked of analytics. The figures themselves are made by events alone. */
export const createUseCases = ({ store, now }: Pick<Parts<AnalyticsTables>, 'store' | 'now'>, rebuilder: Rebuilder) => {
  const { db } = store
  const counts = () => readCounts(db)
  const progress = async (): Promise<Progress> =>
    progressOf(await db.selectFrom('views').selectAll().executeTakeFirstOrThrow())
  const figures = atMostOnceIn(streamEveryMs, now, async () => {
    const current = await counts()
    return { funnel: funnelOf(current), cancellations: cancellationsOf(current), delivery: deliveryOf(current) }
  })
  return {
    sales: (filter: SalesFilter) => readSales(db, filter),
    funnel: async () => funnelOf(await counts()),
    cancellations: async () => cancellationsOf(await counts()),
    delivery: async () => deliveryOf(await counts()),
    changes: () => changesOf('figures', streamEveryMs, figures),
    rebuild: async (): Promise<Progress> => {
      await rebuilder.start()
      return progress()
    },
    progress,
  }
}

export type UseCases = ReturnType<typeof createUseCases>
