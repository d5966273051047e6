import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import { createBatcher } from '../../kit/service/batcher.ts'
import { Problem } from '../../kit/service/http/problem.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { StoreFault } from '../../kit/store/store.ts'
import type { DataOf } from '../contracts/catalogue.ts'
import { encodeEvent } from '../contracts/codec.ts'
import { cancel, type Order, place } from './domain.ts'
import type { AuditEntry, OrderRecord, Orders, OrderTables } from './storage.ts'

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
  get(orderId: string, only?: string): Promise<OrderRecord>
  list(filter: {
    status?: Order['status'] | undefined
    userId?: string | undefined
    limit: number
    cursor?: string | undefined
  }): ReturnType<Orders['list']>
  events(orderId: string, only?: string): Promise<AuditEntry[]>
}

const isHidden = ({ userId }: Order, only: string | undefined): boolean => only !== undefined && userId !== only

const hashOf = (data: object): string => createHash('sha256').update(JSON.stringify(data)).digest('base64url')

/** What became of one command of a batch: an order, or the refusal for this caller alone. */
type Placed = { readonly record: OrderRecord; readonly isNew: boolean } | { readonly refused: Problem }

/** The ways into the order service. Orders that arrive together are written in one transaction with their events. */
export const createUseCases = (parts: Parts<OrderTables>, orders: Orders, newId: () => string): UseCases => {
  const { store, ledger, relay, owner, faults, narrator, tracing, now } = parts

  const placeOne = (
    command: PlaceCommand,
    known: Map<string, { bodyHash: string; record: OrderRecord }>,
    at: number,
  ): Placed => {
    const { idempotencyKey: key } = command
    const earlier = key === undefined ? undefined : known.get(key)
    if (earlier !== undefined) {
      if (earlier.bodyHash === hashOf(command.data)) return { record: earlier.record, isNew: false }
      const message = 'was used for another order already; a new order needs a new key'
      return { refused: new Problem(422, `Idempotency-Key: ${message}`, [{ field: 'Idempotency-Key', message }]) }
    }
    const record = { ...place({ ...command.data, orderId: newId() }).state, createdAt: at, updatedAt: at }
    if (key !== undefined) known.set(key, { bodyHash: hashOf(command.data), record })
    return { record, isNew: true }
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
    const rows = fresh.map(({ record, command }) => {
      const { status: _status, reason: _reason, createdAt: _created, updatedAt: _updated, ...data } = record
      return encodeEvent(
        { type: 'order-created', data },
        'order',
        null,
        at,
        tracing.produced('order-created', record.orderId, command.traceparent),
      )
    })
    await orders.save(
      tx,
      fresh.map(({ record }) => record),
    )
    await orders.audit(tx, rows)
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

  const find = async (orderId: string, only?: string): Promise<OrderRecord> => {
    const record = await orders.get(orderId)
    if (record === undefined || isHidden(record, only)) throw new Problem(404, `orderId: there is no order ${orderId}`)
    return record
  }

  return {
    place: async (command) => {
      const placed = await batcher.submit(command)
      if ('refused' in placed) throw placed.refused
      if (placed.isNew) narrator.say(`Order Created ${placed.record.orderId}`)
      return placed.record
    },
    cancel: async (orderId, traceparent, only) => {
      const result = await store.transaction(async (tx) => {
        const before = (await orders.load(tx, [orderId])).get(orderId)
        if (before === undefined || isHidden(before, only)) return null
        const at = now()
        const { state, emit } = cancel(before, 'cancelled by the customer')
        const rows = emit.map((event) =>
          encodeEvent(event, 'order', null, at, tracing.produced(event.type, orderId, traceparent)),
        )
        const record = { ...state, createdAt: before.createdAt, updatedAt: emit.length > 0 ? at : before.updatedAt }
        if (emit.length > 0) await orders.save(tx, [record])
        await orders.audit(tx, rows)
        return { record, done: emit.length > 0, outbox: await ledger.enqueue(tx, owner, rows, at) }
      })
      if (result === null) throw new Problem(404, `orderId: there is no order ${orderId}`)
      if (!result.done)
        throw new Problem(409, `orderId: order ${orderId} is ${result.record.status} and can no longer be cancelled`)
      relay.offer(result.outbox)
      narrator.say(`Order Cancelled ${orderId} cancelled by the customer`)
      return result.record
    },
    get: find,
    list: (filter) => orders.list(filter),
    events: async (orderId, only) => {
      await find(orderId, only)
      return orders.history(orderId)
    },
  }
}
