import type { OutgoingRecord } from '../../../kit/kafka/bus.ts'
import type { Inbound } from '../../../kit/service/plan.ts'
import { coreEventNames } from '../../../services/contracts/catalogue.ts'
import { newStock, type Stock } from '../../../services/inventory/domain.ts'
import type { Mail } from '../../../services/notification/domain.ts'
import type { HistoryEntry } from '../timeline.ts'
import type { Books } from './books.ts'
import { type Bugs, noBugs } from './bugs.ts'
import {
  type Models,
  type ServiceModel,
  type ServiceName,
  type ShopEvent,
  serviceNames,
  standardModels,
} from './models.ts'

export const partitions = 2
export const initialStock: Readonly<Record<string, number>> = { '201': 4, '202': 1 }
const threshold = 1

/** A record on a partition, read once. `seq` counts the records of the whole world in the order in which they were written. */
export interface Entry extends Inbound<ShopEvent> {
  readonly seq: number
  /** The outbox row that it came from; null for poison. */
  readonly row: OutboxRow | null
}

export interface OutboxRow {
  readonly id: number
  readonly writer: string
  owner: number
  readonly key: string
  readonly event: ShopEvent | null
  readonly mail: Mail | null
  readonly letter: Letter | null
  sent: boolean
}

/** What lies in a dead-letter topic, with the record that it is about. */
export interface Letter {
  readonly record: OutgoingRecord
  readonly entry: Entry
  readonly origin: string
}

export interface Parked {
  readonly entry: Entry
  readonly event: ShopEvent
  attempts: number
  dueAt: number
}

/** One process of a service: everything here is gone after a crash. */
export interface Instance {
  readonly name: string
  readonly index: number
  /** The next offset to be read, one for each of the model's sources. */
  positions: number[]
  waiting: OutboxRow[]
  known: Set<number>
  unmarked: OutboxRow[]
  /** After a restart, until the table was read: new rows wait there behind the old ones. */
  behind: boolean
}

export interface Service {
  readonly model: ServiceModel
  readonly instances: readonly [Instance, Instance]
  readonly committed: number[]
  readonly inbox: Set<string>
  readonly outbox: OutboxRow[]
  readonly parked: Parked[]
  readonly buried: Set<string>
  /** What the test notes about the service, to judge it by: no production table. */
  readonly seen: {
    readonly handled: Handling[]
    readonly arrivals: Map<string, number>
    prunes: number
    arrived: number
  }
  /** Handlers that will throw so many times more, by order. */
  readonly failing: Map<string, number>
}

export interface Handling {
  readonly event: ShopEvent
  readonly key: string
  /** Inbox prunes of the service before it. */
  readonly prunes: number
}

/** All services' tables. No service looks into another's. */
export interface World extends Books {
  readonly bugs: Bugs
  readonly services: Readonly<Record<ServiceName, Service>>
  /** By topic and partition: see logIndex. */
  readonly logs: Entry[][]
  readonly sends: Mail[]
  readonly letters: Letter[]
  readonly poison: Entry[]
  readonly client: ClientNotes
  /** Money that moved: written by the payment's transactions. */
  readonly money: { readonly orderId: string; readonly kind: 'capture' | 'refund'; readonly amount: number }[]
  restocked: Record<string, number>
  now: number
  seq: number
  rowIds: number
  /** Ids are used up by POSTs that die, too. */
  orderIds: number
  /** Null in the bulk run: histories are told by running the schedule again. */
  readonly history: HistoryEntry[] | null
  readonly wire: boolean
}

export interface ClientNotes {
  /** Orders whose POST was answered 202, by the key that the client gave. */
  readonly accepted: { readonly orderId: string; readonly key: string }[]
  readonly cancelled: string[]
  posts: number
}

export interface WorldOptions {
  readonly bugs?: Partial<Bugs>
  readonly models?: Models
  readonly record?: boolean
  /** Sends every event through the production codec: JSON out, zod in. */
  readonly wire?: boolean
}

const topicIndex = new Map<string, number>(coreEventNames.map((name, i) => [name, i]))
export const logIndex = (topic: string, partition: number): number => topicIndex.get(topic)! * partitions + partition
export const partitionOf = (key: string): number => key.charCodeAt(1) % partitions

const newInstance = (service: string, index: number, sources: number): Instance => ({
  name: `${service}#${index}`,
  index,
  positions: new Array<number>(sources).fill(0),
  waiting: [],
  known: new Set(),
  unmarked: [],
  behind: false,
})

const newService = (model: ServiceModel): Service => ({
  model,
  instances: [newInstance(model.name, 0, model.sources.length), newInstance(model.name, 1, model.sources.length)],
  committed: new Array<number>(model.sources.length).fill(0),
  inbox: new Set(),
  outbox: [],
  parked: [],
  buried: new Set(),
  seen: { handled: [], arrivals: new Map(), prunes: 0, arrived: 0 },
  failing: new Map(),
})

export const newStocks = (): Map<string, Stock> =>
  new Map(Object.entries(initialStock).map(([id, units]) => [id, newStock(id, units, threshold)]))

export const newWorld = (options: WorldOptions = {}): World => {
  const models = options.models ?? standardModels
  const services = {} as Record<ServiceName, Service>
  for (const name of serviceNames) services[name] = newService(models[name])
  return {
    bugs: options.bugs === undefined ? noBugs : { ...noBugs, ...options.bugs },
    services,
    tables: {
      orders: new Map(),
      idempotency: new Map(),
      payments: new Map(),
      reservations: new Map(),
      stocks: newStocks(),
      mailboxes: new Map(),
    },
    logs: Array.from({ length: coreEventNames.length * partitions }, () => []),
    sends: [],
    letters: [],
    poison: [],
    client: { accepted: [], cancelled: [], posts: 0 },
    money: [],
    transitions: [],
    lowest: 0,
    restocked: { '201': 0, '202': 0 },
    now: 0,
    seq: 0,
    rowIds: 0,
    orderIds: 0,
    history: options.record === true ? [] : null,
    wire: options.wire === true,
  }
}
