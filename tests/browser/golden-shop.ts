import { catalogue, coreEventNames, dlqOf, type EventName, groupOf } from '../../services/contracts/catalogue.ts'
import type { EdgeLine, FaultView, GroupState, ServiceState, TopicBox, Topology } from '../../web/hub/protocol.ts'

/** 2026-01-15 09:30:00 UTC: the golden trace happens then, whenever it is played. */
export const START = Date.UTC(2026, 0, 15, 9, 30)

const SERVICES = ['order', 'payment', 'inventory', 'notification'] as const
const columnOf = (service: string): number => SERVICES.indexOf(service as 'order') * 2

export function goldenTopology(): Topology {
  const rows = new Map<number, number>()
  const box = (name: string, kind: TopicBox['kind'], summary: string, column: number): TopicBox => {
    const row = rows.get(column) ?? 0
    rows.set(column, row + 1)
    return { name, kind, summary, column, row, partitions: 3 }
  }
  const behind = (name: EventName) => columnOf(catalogue[name].producer) + 1
  const events = coreEventNames.map((name) => box(name, 'event', catalogue[name].summary, behind(name)))
  const read = coreEventNames.filter((name) => catalogue[name].consumers.length > 0)
  const letters = read.map((name) =>
    box(dlqOf(name), 'dead-letter', `What could not be handled of ${name}.`, behind(name)),
  )
  return {
    shop: 'reference',
    services: SERVICES.map((name) => ({
      ...{ name, letter: name[0]!.toUpperCase(), group: groupOf(name), row: 0 },
      url: `http://127.0.0.1:500${SERVICES.indexOf(name)}`,
      column: columnOf(name),
    })),
    topics: [...events, ...letters],
    edges: coreEventNames.flatMap(edgesOf),
  }
}

function edgesOf(name: EventName): EdgeLine[] {
  const { producer, consumers } = catalogue[name]
  const edge = (from: string, to: string, kind: EdgeLine['kind']): EdgeLine => ({ id: `${from}>${to}`, from, to, kind })
  return [
    edge(producer, name, 'produce'),
    ...consumers.flatMap((consumer) => [edge(name, consumer, 'consume'), edge(consumer, dlqOf(name), 'produce')]),
  ]
}

export const goldenServices = (more: Partial<Record<string, Partial<ServiceState>>> = {}): ServiceState[] =>
  SERVICES.map((name) => ({ name, health: 'up', instances: 1, outboxDepth: 0, outboxOldestMs: null, ...more[name] }))

export const goldenGroups = (lags: Readonly<Record<string, number>> = {}): GroupState[] =>
  SERVICES.map((service) => {
    const topics = coreEventNames.filter((name) => (catalogue[name].consumers as readonly string[]).includes(service))
    const lag = lags[service] ?? 0
    return {
      ...{ group: groupOf(service), service, state: 'Stable', lag },
      members: [{ id: `${service}-1`, partitions: Object.fromEntries(topics.map((topic) => [topic, [0, 1, 2]])) }],
      lagByPartition: topics.flatMap((topic, index) =>
        [0, 1, 2].map((partition) => ({ topic, partition, lag: index === 0 && partition === 0 ? lag : 0 })),
      ),
    }
  })

const FAULTS: readonly (readonly [id: string, target: string, title: string])[] = [
  ['decline', 'payment', 'Payment declined'],
  ['out-of-stock', 'inventory', 'Out of stock'],
  ['kill', 'payment', 'Kill'],
  ['crash', 'payment', 'Crash at a point'],
  ['freeze', 'payment', 'Freeze'],
  ['pause', 'notification', 'Down for a while'],
  ['slow', 'payment', 'Slow'],
  ['duplicate', 'order-created', 'Deliver twice'],
  ['poison', 'order-created', 'Poison message'],
  ['broker-freeze', 'kafka', 'Broker frozen'],
  ['no-inbox', 'notification', 'Inbox off'],
  ['no-outbox', 'payment', 'Outbox off'],
]

export const goldenFaults = (more: Partial<Record<string, Partial<FaultView>>> = {}): FaultView[] =>
  FAULTS.map(([id, target, title]) => ({
    ...{ id, target, title, phase: 'off', reason: null, injected: 0, since: null, mendsAt: null, seed: 1 },
    settings: { percent: 100, forSeconds: 60 },
    schema: {
      type: 'object',
      properties: {
        percent: { type: 'number', minimum: 10, maximum: 100, description: 'of 100 orders' },
        forSeconds: { type: 'number', minimum: 0, maximum: 86_400, description: '0: only when it is asked to' },
      },
    },
    ...more[id],
  }))

/** A shop in trouble, with all that a panel may have to show. */
export const goldenTrouble = {
  groups: goldenGroups({ payment: 37 }),
  services: goldenServices({ notification: { health: 'down' } }),
  faults: goldenFaults({
    pause: { phase: 'confirmed', injected: 2 },
    kill: { phase: 'unavailable', reason: 'The shop runs elsewhere.' },
  }),
} as const
