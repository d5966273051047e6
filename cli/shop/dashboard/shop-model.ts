import { catalogue, coreEventNames, dlqOf, type EventName, groupOf } from '../../../services/contracts/catalogue.ts'
import { createReader } from '../../../services/contracts/codec.ts'
import type { EventType } from '../../../services/contracts/event-type.ts'
import type { ServiceModel, ShopModel, StepModel, TopicModel } from '../../../web/hub/model.ts'
import type { Kind } from '../../../web/hub/protocol.ts'
import { GROUPS, SERVICES, TOPICS } from '../../check/contract.ts'
import { STEP_WORDS } from '../story.ts'

/** What each event means for its order. An event that is not listed belongs to none, and is drawn all the same. */
const STEPS: Readonly<Partial<Record<EventName, Omit<StepModel, 'word'> & { readonly kind: Kind }>>> = {
  'order-created': { title: 'Order placed', lane: 'forward', of: null, kind: 'pending' },
  'payment-success': { title: 'Payment', lane: 'forward', of: null, kind: 'ok' },
  'stock-reserved': { title: 'Stock reserved', lane: 'forward', of: null, kind: 'ok' },
  'payment-failed': { title: 'Payment declined', lane: 'failure', of: 'payment-success', kind: 'failed' },
  'stock-failed': { title: 'Out of stock', lane: 'failure', of: 'stock-reserved', kind: 'failed' },
  'payment-refunded': { title: 'Payment refunded', lane: 'compensation', of: 'payment-success', kind: 'compensating' },
  'order-cancelled': { title: 'Order cancelled', lane: 'compensation', of: 'order-created', kind: 'compensating' },
}

/** `ownBroker`: nobody else has topics there, so all of them are shown. */
export function referenceModel(ownBroker: boolean): ShopModel {
  const topics = coreEventNames.map((name) => topicOf(name, catalogue[name].consumers.length > 0 ? dlqOf(name) : null))
  const services = SERVICES.map((name) => ({ name, group: groupOf(name) }))
  return { kind: 'reference', services, topics, problemsOf, isOurs: () => ownBroker }
}

/** The same map for a shop of the lab contract: its seven topics, and the groups whose names the contract fixes. */
export function studentModel(ownBroker: boolean): ShopModel {
  const fixed: Readonly<Record<string, string>> = GROUPS
  const services: ServiceModel[] = SERVICES.map((name) => ({ name, group: fixed[name] ?? null }))
  const core: readonly string[] = TOPICS
  const topics = coreEventNames.filter((name) => core.includes(name)).map((name) => topicOf(name, null))
  return { kind: 'student', services, topics, problemsOf, isOurs: () => ownBroker }
}

function topicOf(name: EventName, deadLetters: string | null): TopicModel {
  const { summary, producer, consumers }: EventType = catalogue[name]
  const found = STEPS[name]
  const step =
    found === undefined ? null : { title: found.title, lane: found.lane, of: found.of, word: STEP_WORDS[name] ?? name }
  return { name, summary, producer, consumers, deadLetters, step, kind: found?.kind ?? 'ok' }
}

const read = createReader(coreEventNames)

function problemsOf(topic: string, value: Buffer | null): string[] {
  if (!Object.hasOwn(catalogue, topic)) return []
  const parsed = read(topic, value)
  return parsed.ok ? [] : parsed.reason.split('; ')
}
