import type { ServiceModel, ShopModel, TopicModel } from '../model.ts'
import type { EdgeLine, ServiceBox, TopicBox, Topology } from '../protocol.ts'

/** What was found beside the model since: topics of others, and groups that read what the model does not know of. */
export interface Found {
  /** Topic → its number of partitions, for every topic that exists. */
  readonly partitions: ReadonlyMap<string, number>
  /** Service → topics that its group was seen to read. */
  readonly reads: ReadonlyMap<string, ReadonlySet<string>>
  readonly urls: ReadonlyMap<string, string>
}

/**
 * The map. A service stands behind the topic that leads to it, a topic behind the service that writes it; so an order's way runs from left to
 * right, and what is added later finds a place of its own without moving anything else.
 */
export function layOut(model: ShopModel, found: Found): Topology {
  const columns = serviceColumns(model)
  const services = placeServices(model.services, columns, found)
  const topics = placeTopics(model, columns, found)
  const bundles = model.bundles === undefined ? {} : { bundles: model.bundles }
  return { shop: model.kind, services, topics, edges: drawEdges(model, topics, found), ...bundles }
}

export const produceEdge = (service: string, topic: string): string => `${service}>${topic}`
export const consumeEdge = (topic: string, service: string): string => `${topic}>${service}`

/** 0 for who reads nothing that moves an order forward; two more (a topic lies between) than the one whose forward events it reads. */
function serviceColumns({ services, topics }: ShopModel): Map<string, number> {
  const columns = new Map<string, number>()
  const first = services[0]?.name
  if (first !== undefined) columns.set(first, 0)
  for (const { name, column } of services) if (column !== undefined) columns.set(name, column)
  const forward = topics.filter(({ steps }) => steps.some(({ lane }) => lane === 'forward'))
  for (const { producer, consumers } of forward) {
    const from = producer === null ? undefined : columns.get(producer)
    for (const consumer of consumers) if (from !== undefined && !columns.has(consumer)) columns.set(consumer, from + 2)
  }
  for (const { name } of services) if (!columns.has(name)) columns.set(name, Math.max(0, ...columns.values()) + 2)
  return columns
}

function placeServices(services: readonly ServiceModel[], columns: Map<string, number>, found: Found): ServiceBox[] {
  const letters = new Set<string>()
  const rows = new Map<number, number>()
  return services.map(({ name, group }) => {
    const column = columns.get(name) ?? 0
    return {
      name,
      letter: letterFor(name, letters),
      group,
      url: found.urls.get(name) ?? null,
      column,
      row: next(rows, column),
    }
  })
}

function letterFor(name: string, taken: Set<string>): string {
  const letter =
    [...name.toUpperCase(), ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].find((one) => /[A-Z]/.test(one) && !taken.has(one)) ?? '?'
  taken.add(letter)
  return letter
}

function next(rows: Map<number, number>, column: number): number {
  const row = rows.get(column) ?? 0
  rows.set(column, row + 1)
  return row
}

const LANES = ['forward', 'failure', 'compensation'] as const
const rankOf = ({ steps: [first] }: TopicModel): number =>
  first === undefined ? LANES.length : LANES.indexOf(first.lane)

function placeTopics(model: ShopModel, columns: Map<string, number>, found: Found): TopicBox[] {
  const rows = new Map<number, number>()
  const place = (name: string, kind: TopicBox['kind'], summary: string, column: number): TopicBox => ({
    ...{ name, kind, summary, column },
    partitions: found.partitions.get(name) ?? 0,
    row: next(rows, column),
  })
  const columnOf = (topic: TopicModel): number => (topic.producer === null ? 0 : (columns.get(topic.producer) ?? 0)) + 1
  const ordered = [...model.topics].sort((a, b) => rankOf(a) - rankOf(b))
  const events = ordered.map((topic) => place(topic.name, 'event', topic.summary, columnOf(topic)))
  const letters = ordered.flatMap((topic) => {
    const { name, deadLetters } = topic
    if (deadLetters === null) return []
    return [place(deadLetters, 'dead-letter', `What could not be handled of ${name}.`, columnOf(topic))]
  })
  const known = new Set([...events, ...letters].map(({ name }) => name))
  const last = Math.max(1, ...[...columns.values()].map((column) => column + 1))
  const others = [...found.partitions.keys()].filter((name) => !known.has(name)).sort()
  return [...events, ...letters, ...others.map((name) => placeOther(name, model, place, columnOf, last))]
}

function placeOther(
  name: string,
  model: ShopModel,
  place: (name: string, kind: TopicBox['kind'], summary: string, column: number) => TopicBox,
  columnOf: (topic: TopicModel) => number,
  last: number,
): TopicBox {
  const origin = name.endsWith('-dlq') ? model.topics.find((topic) => `${topic.name}-dlq` === name) : undefined
  if (origin === undefined)
    return place(name, name.endsWith('-dlq') ? 'dead-letter' : 'other', 'Not in the catalogue.', last)
  return place(name, 'dead-letter', `What could not be handled of ${origin.name}.`, columnOf(origin))
}

function drawEdges(model: ShopModel, boxes: readonly TopicBox[], found: Found): EdgeLine[] {
  const edges = new Map<string, EdgeLine>()
  const add = (kind: EdgeLine['kind'], from: string, to: string) => {
    const id = kind === 'consume' ? consumeEdge(from, to) : produceEdge(from, to)
    edges.set(id, { id, from, to, kind })
  }
  for (const { name, calls } of model.services) if (calls !== undefined) add('call', name, calls)
  for (const { name, producer, consumers, deadLetters } of model.topics) {
    if (producer !== null) add('produce', producer, name)
    for (const consumer of consumers) {
      add('consume', name, consumer)
      if (deadLetters !== null) add('produce', consumer, deadLetters)
    }
  }
  const there = new Set(boxes.map(({ name }) => name))
  for (const [service, topics] of found.reads)
    for (const topic of topics) if (there.has(topic)) add('consume', topic, service)
  return [...edges.values()]
}
