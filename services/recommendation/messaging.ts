import type { Subscription } from '../../kit/service/consumer.ts'
import type { Decision } from '../../kit/service/decision.ts'
import { storable } from '../../kit/store/many.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { createReader } from '../contracts/codec.ts'
import { fold, type History, noHistory, observed, type RecommendationEvent, userOf } from './domain.ts'
import { type HistoryStates, keyOf, type RecommendationTables, repository } from './storage.ts'

type RecommendationSubscription = Subscription<
  RecommendationTables,
  RecommendationEvent,
  History | undefined,
  never,
  HistoryStates
>

/** Names as both databases can keep them. */
const kept = (event: RecommendationEvent): RecommendationEvent =>
  event.eventType === 'order.order.completed'
    ? { ...event, data: { ...event.data, productId: storable(String(event.data.productId)) } }
    : event

const decide = (event: RecommendationEvent, history: History | undefined): Decision<History | undefined, never> => {
  if (userOf(event) === undefined) return { state: undefined, emit: [] }
  return { state: fold(history ?? noHistory(keyOf(event)), kept(event)), emit: [] }
}

/** Recommendation listens and says nothing: no event of its own, so its outbox holds dead letters alone. */
export const subscription: RecommendationSubscription = {
  group: groupOf('recommendation'),
  topics: observed,
  unhurried: true,
  read: createReader<RecommendationEvent['eventType']>(observed),
  keyOf,
  decide,
  repository,
  toRow: (emission: never) => emission,
}
