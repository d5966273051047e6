import {
  catalogue,
  consumersOf,
  coreEventNames,
  dlqOf,
  type EventName,
  eventNames,
  eventsOf,
  groupOf,
  type ShopSize,
} from '../../../services/contracts/catalogue.ts'
import { createReader } from '../../../services/contracts/codec.ts'
import type { ServiceModel, ShopModel, TopicModel } from '../../../web/hub/model.ts'
import type { Bundle } from '../../../web/hub/protocol.ts'
import { GROUPS, SERVICES, TOPICS } from '../../check/contract.ts'
import { stepsOf } from '../saga-steps.ts'

/** `ownBroker`: nobody else has topics there, so all of them are shown. */
export function referenceModel(ownBroker: boolean, size: ShopSize = 'core'): ShopModel {
  const topics = eventsOf(size).map((name) =>
    topicOf(name, size, consumersOf(name, size).length > 0 ? dlqOf(name) : null),
  )
  const common = { kind: 'reference' as const, topics, problemsOf, isOurs: () => ownBroker }
  if (size === 'whole') return { ...common, services: WHOLE, bundles: BUNDLES }
  return { ...common, services: SERVICES.map((name) => ({ name, group: groupOf(name) })) }
}

/** Columns are even for services, odd for the topics behind them. */
const at = (name: string, column: number): ServiceModel => ({ name, group: groupOf(name), column })

/** What reads an order's events to tell of it later stands at the end of its way; who lets it in, before it. */
const WHOLE: readonly ServiceModel[] = [
  at('order', 0),
  at('payment', 2),
  at('inventory', 4),
  at('shipping', 6),
  at('notification', 6),
  { name: 'gateway', group: null, column: 0, calls: 'order' },
  { name: 'identity', group: null, column: 0 },
  at('analytics', 6),
  at('recommendation', 6),
]

const madeBy = (...patterns: readonly RegExp[]): readonly EventName[] =>
  eventNames.filter((name) => patterns.some((pattern) => pattern.test(name)))

const BUNDLES: readonly Bundle[] = [
  {
    ...{ id: 'orchestration', title: 'Orchestrated saga', services: [], opensWhenUsed: true },
    topics: madeBy(/\.saga\./),
  },
  { id: 'users', title: 'Users', services: ['identity'], topics: madeBy(/^identity\./), opensWhenUsed: false },
  {
    ...{ id: 'views', title: 'Read models', services: ['analytics', 'recommendation'] },
    ...{ topics: [], opensWhenUsed: false },
  },
  {
    ...{ id: 'news', title: 'Stock levels and delivery dates', services: [] },
    ...{ topics: madeBy(/^stock-(level|depleted)/, /^shipping\.shipment\.updated$/), opensWhenUsed: false },
  },
]

/** The same map for a shop of the lab contract: its seven topics, and the groups whose names the contract fixes. */
export function studentModel(ownBroker: boolean): ShopModel {
  const fixed: Readonly<Record<string, string>> = GROUPS
  const services: ServiceModel[] = SERVICES.map((name) => ({ name, group: fixed[name] ?? null }))
  const core: readonly string[] = TOPICS
  const topics = coreEventNames.filter((name) => core.includes(name)).map((name) => topicOf(name, 'core', null))
  return { kind: 'student', services, topics, problemsOf, isOurs: () => ownBroker }
}

function topicOf(name: EventName, size: ShopSize, deadLetters: string | null): TopicModel {
  const { summary, producer, key } = catalogue[name]
  const steps = stepsOf(size).filter(({ topic }) => topic === name)
  const [only] = steps
  return {
    ...{ name, summary, producer, consumers: consumersOf(name, size), deadLetters, steps, ofOrder: key === 'orderId' },
    kind: only?.when === undefined ? (only?.kind ?? KINDS[name] ?? 'ok') : 'ok',
  }
}

/** Of what belongs to a saga but is no step of it. */
const KINDS: Readonly<Partial<Record<EventName, TopicModel['kind']>>> = { 'refund-requested': 'compensating' }

const read = createReader(eventNames)

function problemsOf(topic: string, value: Buffer | null): string[] {
  if (!Object.hasOwn(catalogue, topic)) return []
  const parsed = read(topic, value)
  return parsed.ok ? [] : parsed.reason.split('; ')
}
