import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import { createBatcher } from '../../kit/service/batcher.ts'
import { Problem } from '../../kit/service/http/problem.ts'
import type { Parts } from '../../kit/service/parts.ts'
import type { NewOutboxRow } from '../../kit/store/ledger.ts'
import { StoreFault } from '../../kit/store/store.ts'
import type { DataOf } from '../contracts/catalogue.ts'
import { encodeEvent } from '../contracts/codec.ts'
import { cancel, type Order, type OrderEmission, place } from './domain.ts'
import type { OrderRecord } from './projection.ts'
import { isHidden, noSuchOrder } from './queries.ts'
import type { Conductor } from './saga/conductor.ts'
import { lineSaid, type Orders } from './storage.ts'
import type { Line } from './stream.ts'
import type { OrderTables } from './tables.ts'

export interface PlaceCommand {
  readonly data: Omit<DataOf<'order-created'>, 'orderId'>
  readonly idempotencyKey: string | undefined
  readonly traceparent: string | undefined
}

export interface UseCases {
  /** Returns the order; for a repeated Idempotency-Key the order of the first call. */
  place(command: PlaceCommand): Promise<OrderRecord>
  /** `only`: the user whose orders alone the caller may know; another's does not exist for them. */
  cancel(orderId: string, traceparent: string | undefined, only?: string): Promise<OrderRecord>
}

const linesOf = (emit: readonly OrderEmission[], rows: readonly NewOutboxRow[]): Line[] =>
  emit.map((event, i) => lineSaid(event, rows[i]!))

const hashOf = (data: object): string => createHash('sha256').update(JSON.stringify(data)).digest('base64url')

/** What became of one command of a batch: an order, with what is to be said of a new one; or the refusal for this caller alone. */
type Placed =
  | {
      readonly record: OrderRecord
      readonly isNew: boolean
      readonly order: Order
      readonly emit: readonly OrderEmission[]
    }
  | { readonly refused: Problem }

/** The ways into the order service. Orders that arrive together are written in one transaction with their events. `conductor`: who leads those that are orchestrated. */
export const createUseCases = (
  parts: Parts<OrderTables>,
  orders: Orders,
  newId: () => string,
  conductor?: Conductor,
): UseCases => {
  const { store, ledger, relay, owner, faults, narrator, tracing, now } = parts

  const encodeAll = (emit: readonly OrderEmission[], traceparent: string | undefined, at: number): NewOutboxRow[] =>
    emit.map((event) =>
      encodeEvent(event, 'order', null, at, tracing.produced(event.type, event.data.orderId, traceparent)),
    )

  const placeOne = (
    command: PlaceCommand,
    known: Map<string, { bodyHash: string; record: OrderRecord }>,
    at: number,
  ): Placed => {
    const { idempotencyKey: key } = command
    const earlier = key === undefined ? undefined : known.get(key)
    if (earlier !== undefined) {
      if (earlier.bodyHash === hashOf(command.data))
        return { record: earlier.record, isNew: false, order: earlier.record, emit: [] }
      const message = 'was used for another order already; a new order needs a new key'
      return { refused: new Problem(422, `Idempotency-Key: ${message}`, [{ field: 'Idempotency-Key', message }]) }
    }
    const { state, emit } = (conductor?.place ?? place)({ ...command.data, orderId: newId() })
    const record = { ...state, createdAt: at, updatedAt: at, version: 1 }
    if (key !== undefined) known.set(key, { bodyHash: hashOf(command.data), record })
    return { record, isNew: true, order: state, emit }
  }

  const placeAll = async (tx: Transaction<OrderTables>, commands: readonly PlaceCommand[]) => {
    const at = now()
    const keys = commands.flatMap(({ idempotencyKey }) => (idempotencyKey === undefined ? [] : [idempotencyKey]))
    const known = await orders.byIdempotencyKeys(tx, keys)
    const before = new Set(known.keys())
    const placed = commands.map((command) => placeOne(command, known, at))
    const fresh = placed.flatMap((item, i) =>
      'record' in item && item.isNew ? [{ ...item, command: commands[i]! }] : [],
    )
    const told = fresh.map(({ order, emit, command }) => ({
      order,
      emit,
      rows: encodeAll(emit, command.traceparent, at),
    }))
    const rows = told.flatMap((one) => one.rows)
    await orders.keep(
      tx,
      new Map(),
      told.map(({ order, emit, rows }) => ({ after: order, lines: linesOf(emit, rows) })),
      at,
    )
    await conductor?.opened(
      tx,
      fresh.map(({ order }) => order),
      at,
    )
    await orders.rememberKeys(
      tx,
      [...known].filter(([key]) => !before.has(key)),
      at,
    )
    return { placed, outbox: await ledger.enqueue(tx, owner, rows, at) }
  }

  const commit = (commands: readonly PlaceCommand[]) =>
    store.transaction(async (tx) => {
      faults.passing('tx.begin')
      const result = await placeAll(tx, commands)
      faults.passing('tx.before-commit')
      return result
    })

  const batcher = createBatcher<PlaceCommand, Placed>(async (commands) => {
    // Another instance may have taken one of the keys between our look and our write: the second look finds its order.
    const { placed, outbox } = await commit(commands).catch((error: unknown) => {
      if (error instanceof StoreFault && error.code === 'constraint') return commit(commands)
      throw error
    })
    faults.passing('tx.after-commit/before-ack')
    relay.offer(outbox)
    return placed
  })

  /** Decided upon the order as it is: where another process has written to it in the meantime, upon what it is then. */
  const cancelOne = async (
    tx: Transaction<OrderTables>,
    orderId: string,
    traceparent: string | undefined,
    only: string | undefined,
  ) => {
    const loaded = await orders.streams.load(tx, [orderId])
    const before = loaded.get(orderId)
    if (before === undefined || isHidden(before.order, only)) throw noSuchOrder(orderId)
    const at = now()
    const { state, emit } = cancel(before.order, 'cancelled by the customer')
    if (emit.length === 0)
      throw new Problem(409, `orderId: order ${orderId} is ${state.status} and can no longer be cancelled`)
    const rows = encodeAll(emit, traceparent, at)
    const [record] = await orders.keep(tx, loaded, [{ after: state, lines: linesOf(emit, rows) }], at)
    return { record: record!, outbox: await ledger.enqueue(tx, owner, rows, at) }
  }

  return {
    place: async (command) => {
      const placed = await batcher.submit(command)
      if ('refused' in placed) throw placed.refused
      if (placed.isNew) narrator.say(`Order Created ${placed.record.orderId}`)
      return placed.record
    },
    cancel: async (orderId, traceparent, only) => {
      const led = await conductor?.cancel(orderId, traceparent, only)
      if (led != null) return led
      const { record, outbox } = await store.transaction((tx) => cancelOne(tx, orderId, traceparent, only))
      relay.offer(outbox)
      narrator.say(`Order Cancelled ${orderId} cancelled by the customer`)
      return record
    },
  }
}
