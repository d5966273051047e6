import type { Subscription } from '../../kit/service/consumer.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { type AnalyticsEvent, fold, type OrderFacts, observed, unknownOrder } from './domain.ts'
import { type ProjectionStates, readEvent, repository } from './projection.ts'
import type { AnalyticsTables } from './storage.ts'
import { orderOf } from './view-sets.ts'

type AnalyticsSubscription = Subscription<
  AnalyticsTables,
  AnalyticsEvent,
  OrderFacts | undefined,
  never,
  ProjectionStates
>

/** Analytics listens and says nothing: no event of its own, so its outbox holds dead letters alone. */
export const subscription: AnalyticsSubscription = {
  group: groupOf('analytics'),
  topics: observed,
  unhurried: true,
  read: readEvent,
  keyOf: orderOf,
  decide: (event, facts) => ({ state: fold(facts ?? unknownOrder(orderOf(event)), event), emit: [] }),
  repository,
  toRow: (emission: never) => emission,
}
