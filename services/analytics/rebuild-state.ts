import type { Transaction } from 'kysely'
import type { Store } from '../../kit/store/store.ts'
import type { AnalyticsEvent } from './domain.ts'
import { type AnalyticsTables, otherSet, type ViewsRow } from './storage.ts'
import { clearSet, countInto, takeTurn } from './view-sets.ts'

type Tx = Transaction<AnalyticsTables>

/** So long a rebuild counts as alive that does not say so; another may begin then. */
const leaseMs = 15_000

export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

const isRunning = ({ state, lease_until }: ViewsRow, now: number): boolean =>
  state === 'running' && Number(lease_until) > now

/** The steps of a rebuild, each one transaction. All but `claim` throw Overtaken where another rebuild has begun, or this one was given up for dead. */
export const createRebuildState = (
  store: Pick<Store<AnalyticsTables>, 'transaction'>,
  instance: string,
  now: () => number,
) => {
  const change = async (tx: Tx, values: Partial<ViewsRow>): Promise<void> => {
    await tx.updateTable('views').set(values).where('id', '=', 'views').execute()
  }
  const asOwner = <T>(run: string, work: (tx: Tx, views: ViewsRow) => Promise<T>): Promise<T> =>
    store.transaction(async (tx) => {
      const views = await takeTurn(tx)
      if (views.run !== run || views.state !== 'running')
        throw new Overtaken('another rebuild took the place of this one')
      return work(tx, views)
    })

  return {
    /** Begins a rebuild into the set that does not serve. False while one is running; one that this very instance left behind by dying does not count. */
    claim: (run: string): Promise<boolean> =>
      store.transaction(async (tx) => {
        const views = await takeTurn(tx)
        if (isRunning(views, now()) && views.instance !== instance) return false
        const building = otherSet(views.serving)
        await clearSet(tx, building)
        const at = now()
        const clean = { records: 0, records_total: 0, ended_at: 0, error: null }
        const mine = { building, run, instance, state: 'running', started_at: at, lease_until: at + leaseMs } as const
        await change(tx, { ...clean, ...mine })
        return true
      }),

    expect: (run: string, total: number): Promise<void> =>
      asOwner(run, (tx) => change(tx, { records_total: total, lease_until: now() + leaseMs })),

    /** `records`: how many were read in all, those that are no events among them. */
    add: (run: string, events: readonly AnalyticsEvent[], records: number): Promise<void> =>
      asOwner(run, async (tx, { building }) => {
        await countInto(tx, building!, events)
        await change(tx, { records, lease_until: now() + leaseMs })
      }),

    /** From here on the new set serves; then the old one is emptied. */
    switchOver: async (run: string): Promise<void> => {
      const old = await asOwner(run, async (tx, { serving, building }) => {
        await change(tx, { serving: building!, building: null, state: 'done', ended_at: now() })
        return serving
      })
      await store.transaction(async (tx) => {
        const { serving, building } = await takeTurn(tx)
        if (serving !== old && building !== old) await clearSet(tx, old)
      })
    },

    fail: (run: string, error: string): Promise<void> =>
      asOwner(run, (tx) => change(tx, { building: null, state: 'failed', ended_at: now(), error })),

    /** A rebuild whose process died is over; its half-built set gets no more events. */
    buryTheDead: (): Promise<void> =>
      store.transaction(async (tx) => {
        const views = await takeTurn(tx)
        if (views.state !== 'running' || isRunning(views, now())) return
        const error = `the instance ${views.instance} that rebuilt is gone; the figures are as they were`
        await change(tx, { building: null, state: 'failed', ended_at: now(), error })
      }),
  }
}

export type RebuildState = ReturnType<typeof createRebuildState>
