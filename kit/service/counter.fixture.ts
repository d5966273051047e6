import type { LogRecord } from '../kafka/bus.ts'
import { loadByIds, upsertAll } from '../store/bulk.ts'
import { createLedger } from '../store/create-ledger.ts'
import type { OutboxRow } from '../store/ledger.ts'
import { openStore } from '../store/open-store.ts'
import type { Envelope, EventReader } from './envelope.ts'
import { type CrashPoint, createFaults } from './faults.ts'
import { type KeyedStates, keyedStates } from './keyed-states.ts'
import { createProcessor, type Outcome, type ProcessorOptions } from './processor.ts'
import { createSwitches } from './switches/switches.ts'
import { unsafeLedger } from './switches/unsafe-ledger.ts'

/** The smallest service there is, for the kit's own tests: counters that events add to; each addition is announced. */
export interface Counter {
  readonly name: string
  readonly value: number
}
export type Added = Envelope<'added', { name: string; by: number }>
interface CounterTables {
  counters: { name: string; value: number }
}

const read: EventReader<Added> = (_topic, value) => {
  try {
    return { ok: true, event: JSON.parse(value?.toString() ?? '') }
  } catch {
    return { ok: false, reason: 'not JSON' }
  }
}

const nameOf = ({ data }: Added): string => data.name

/** `by: 13` always throws; it stands for an event that no code of today can handle. */
export const decide = (event: Added, counter: Counter | undefined) => {
  if (event.data.by === 13) throw new Error('thirteen')
  const state = { name: event.data.name, value: (counter?.value ?? 0) + event.data.by }
  return { state, emit: [state] }
}

export interface Clock {
  now: number
}

let offset = 0n
export const record = (eventId: string, name: string, by: number): LogRecord =>
  rawRecord(name, JSON.stringify({ eventId, eventType: 'added', data: { name, by } }))

export const rawRecord = (key: string, value: string): LogRecord => ({
  topic: 'added',
  partition: 0,
  offset: offset++,
  key: Buffer.from(key),
  value: Buffer.from(value),
  headers: {},
  timestamp: 0,
})

export type CounterOptions = ProcessorOptions<
  CounterTables,
  Added,
  Counter | undefined,
  Counter,
  KeyedStates<Added, Counter>
>

export const openCounters = async (options: { crash?: CrashPoint } = {}) => {
  const store = await openStore<CounterTables>({
    url: ':memory:',
    migrations: [{ name: 'counters', up: 'create table counters (name text primary key, value bigint not null)' }],
  })
  const clock: Clock = { now: 1_000_000 }
  const outcomes: Outcome<Added, Counter>[] = []
  // A real crash ends the process; here it throws, and the test goes on with the database as it is.
  const faults = createFaults({
    kill: (point) => {
      throw new Error(`crash at ${point}`)
    },
  })
  if (options.crash !== undefined) faults.arm(options.crash)
  const switches = createSwitches(faults, () => clock.now)
  const ledger = unsafeLedger(createLedger(store), switches)
  const settings: CounterOptions = {
    consumer: 'counter-group',
    owner: 'counter-0',
    store,
    ledger,
    read,
    keyOf: nameOf,
    decide,
    repository: {
      load: async (tx, events) => {
        const ids = events.map(nameOf)
        const rows = await loadByIds<Counter, CounterTables>(tx, { table: 'counters', idColumn: 'name', ids })
        return keyedStates<Added, Counter>(
          nameOf,
          rows.map((row) => [row.name, row]),
        )
      },
      save: (tx, states) =>
        upsertAll(tx, { table: 'counters', key: 'name', columns: ['name', 'value'] }, states.changed()),
    },
    toRow: (counter, { event }) => ({
      aggregateId: counter.name,
      topic: 'counted',
      key: counter.name,
      payload: JSON.stringify({ ...counter, because: event.eventId }),
      headers: {},
    }),
    retry: { retries: 3, firstDelayMs: 100, factor: 4 },
    faults,
    switches,
    now: () => clock.now,
    random: () => 0.5,
    onCommitted: (outcome) => outcomes.push(outcome),
  }
  return {
    ...settings,
    settings,
    clock,
    outcomes,
    processor: createProcessor(settings),
    values: async (): Promise<Record<string, number>> => {
      const rows = await store.db.selectFrom('counters').selectAll().execute()
      return Object.fromEntries(rows.map(({ name, value }) => [name, Number(value)]))
    },
    unsent: async (): Promise<OutboxRow[]> => ledger.unsent('counter-0', 1_000),
  }
}
