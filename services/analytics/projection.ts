import { type KeyedStates, keyedStates } from '../../kit/service/keyed-states.ts'
import type { Repository } from '../../kit/service/processor.ts'
import { createReader } from '../contracts/codec.ts'
import { type AnalyticsEvent, type OrderFacts, observed } from './domain.ts'
import type { AnalyticsTables, ViewsRow } from './storage.ts'
import { countInto, loadFacts, orderOf, saveFacts, takeTurn } from './view-sets.ts'

export const readEvent = createReader<AnalyticsEvent['eventType']>(observed)

export interface ProjectionStates extends KeyedStates<AnalyticsEvent, OrderFacts> {
  readonly views: ViewsRow
  /** The facts as they were before this batch. */
  readonly loaded: ReadonlyMap<string, OrderFacts>
}

/** Follows the events as they come: into the set that serves, and into the one that is being built, so that neither misses any. */
export const repository: Repository<AnalyticsTables, AnalyticsEvent, OrderFacts | undefined, never, ProjectionStates> =
  {
    load: async (tx, events) => {
      const views = await takeTurn(tx)
      const loaded = await loadFacts(tx, views.serving, events.map(orderOf))
      return { ...keyedStates<AnalyticsEvent, OrderFacts>(orderOf, loaded), views, loaded }
    },
    save: async (tx, { views, loaded, changed }, handled) => {
      await saveFacts(tx, views.serving, loaded, changed())
      if (views.building === null) return
      await countInto(
        tx,
        views.building,
        handled.map(({ event }) => event),
      )
    },
  }
