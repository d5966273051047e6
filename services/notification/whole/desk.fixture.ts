import type { TestContext } from 'node:test'
import type { LogRecord } from '../../../kit/kafka/bus.ts'
import { createFaults } from '../../../kit/service/faults.ts'
import { createProcessor } from '../../../kit/service/processor.ts'
import { defaultRetryPolicy } from '../../../kit/service/retry-policy.ts'
import { createSwitches } from '../../../kit/service/switches/switches.ts'
import { createLedger } from '../../../kit/store/create-ledger.ts'
import { openStore } from '../../../kit/store/open-store.ts'
import type { Store } from '../../../kit/store/store.ts'
import type { TellingEvent } from '../domain.ts'
import type { Channel, Delivery, Letter } from './channels/channel.ts'
import type { Contacts } from './courier/contacts.ts'
import { createLane, type Lane } from './courier/lane.ts'
import { createRound } from './courier/round.ts'
import { wholeSubscription } from './messaging.ts'
import { createQueue, type End, findMessages, type Queue, type Stored } from './queue.ts'
import { type WholeTables, wholeMigrations } from './tables.ts'

export type Fresh = (t: TestContext) => Promise<string>

/** For tests: the service without Kafka and without a timer, on a database of its own, at a time that stands still. */
export interface DeskFixture {
  readonly store: Store<WholeTables>
  readonly queue: Queue
  readonly clock: { now: number }
  /** Handles these events as one batch. */
  hear(...events: readonly TellingEvent[]): Promise<void>
  all(): Promise<Stored[]>
}

let offset = 0n
const recordOf = (event: TellingEvent): LogRecord => ({
  topic: event.eventType,
  partition: 0,
  offset: offset++,
  key: null,
  value: Buffer.from(
    JSON.stringify({
      ...event,
      version: event.eventType.startsWith('identity.user.c') || event.eventType.startsWith('identity.user.u') ? 2 : 1,
    }),
  ),
  headers: {},
  timestamp: 0,
})

export const openDesk = async (t: TestContext, fresh: Fresh): Promise<DeskFixture> => {
  const store = await openStore<WholeTables>({ url: await fresh(t), migrations: wholeMigrations })
  t.after(() => store.close())
  const clock = { now: Date.parse('2026-01-10T12:00:00Z') }
  const faults = createFaults()
  const processor = createProcessor({
    ...wholeSubscription,
    consumer: 'notification-group',
    owner: 'notification-0',
    store,
    ledger: createLedger(store),
    retry: defaultRetryPolicy,
    faults,
    switches: createSwitches(faults),
    now: () => clock.now,
    random: () => 0.5,
    onCommitted: () => {},
  })
  return {
    store,
    queue: createQueue(store),
    clock,
    hear: (...events) => processor.process(events.map(recordOf)),
    all: async () => (await findMessages(store.db, { limit: 500 })).sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
}

export interface LaneFixture extends Lane {
  readonly letters: Letter[]
  readonly ends: End[]
  readonly failures: unknown[]
  /** Rings, and resolves when nothing that is due is left. */
  run(): Promise<void>
}

/** A lane to a channel that answers as it is told. */
export const openLane = (
  { store, queue, clock }: DeskFixture,
  answer: (letter: Letter) => Delivery | Promise<Delivery>,
  options: {
    owner?: string
    way?: 'email' | 'sms'
    address?: Channel['address']
    contacts?: Contacts
    admin?: boolean
    store?: Pick<Store<WholeTables>, 'transaction'>
  } = {},
): LaneFixture => {
  const { owner = 'notification-0', way = 'email', address = null, contacts = null } = options
  const letters: Letter[] = []
  const ends: End[] = []
  const failures: unknown[] = []
  const deliver = (given: readonly Letter[]): Promise<Delivery[]> => {
    letters.push(...given)
    return Promise.all(given.map(answer))
  }
  const channel: Channel = { address, atOnce: 10, deliver, close: () => {} }
  const printer: Channel = { ...channel, address: null }
  const now = (): number => clock.now
  const lane = createLane({
    way,
    store: options.store ?? store,
    queue,
    owner,
    atOnce: channel.atOnce,
    round: createRound({
      ...{ channel, printer, queue, contacts, now, random: () => 0.5 },
      admin: options.admin === false ? null : { name: null, email: 'boss@example.org', phone: null },
      patience: { retries: 3, firstDelayMs: 1_000, factor: 3, longestMs: 5_000 },
    }),
    faults: createFaults(),
    now,
    onEnds: (some) => ends.push(...some),
    onFailure: (error) => failures.push(error),
  })
  const isIdle = async (): Promise<boolean> => {
    const found = await findMessages(store.db, { limit: 500, channel: way, status: 'WAITING' })
    return found.every(({ dueAt }) => dueAt > clock.now)
  }
  return {
    ...lane,
    letters,
    ends,
    failures,
    run: async () => {
      const before = ends.length
      lane.ring()
      while (ends.length === before || !(await isIdle())) await new Promise((resolve) => setTimeout(resolve, 2))
    },
  }
}
