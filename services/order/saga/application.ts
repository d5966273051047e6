import { Problem } from '../../../kit/service/http/problem.ts'
import type { Parts } from '../../../kit/service/parts.ts'
import type { OutboxRow } from '../../../kit/store/ledger.ts'
import { encodeEvent } from '../../contracts/codec.ts'
import type { Order } from '../domain.ts'
import { type OrderRecord, recordOf } from '../projection.ts'
import { isHidden, noSuchOrder } from '../queries.ts'
import { lineSaid, type Orders } from '../storage.ts'
import type { Decided } from '../stream.ts'
import type { OrderTables } from '../tables.ts'
import { follow } from './lead.ts'
import { abandon, giveUp, onDeadline, type onReply, retry, type Saga, statusOf } from './machine.ts'
import type { KeptSaga, Patience, Sagas } from './storage.ts'

type Move = (kept: KeptSaga, order: Order) => ReturnType<typeof onReply>
type SagaParts = Pick<
  Parts<OrderTables>,
  'store' | 'ledger' | 'relay' | 'owner' | 'faults' | 'narrator' | 'tracing' | 'now'
>

const overdueAtOnce = 100

/** What moves sagas but the replies: deadlines, the customer, the operator. Each move is one transaction, with the order, its events and the commands. */
export const createSagaUseCases = (parts: SagaParts, orders: Orders, sagas: Sagas, patience: Patience) => {
  const { store, ledger, relay, owner, faults, narrator, tracing, now } = parts

  /** Moves these, as they are by then. Returns the orders that are led, and which of them moved. */
  const moveAll = async (orderIds: readonly string[], move: Move, traceparent?: string) => {
    const result = await store.transaction(async (tx) => {
      faults.passing('tx.begin')
      const at = now()
      const kept = await sagas.load(tx, orderIds)
      const loaded = await orders.streams.load(tx, [...kept.keys()])
      const moved: Saga[] = []
      const decisions: Decided[] = []
      const rows: Parameters<typeof ledger.enqueue>[2][number][] = []
      for (const [orderId, one] of kept) {
        const { order } = loaded.get(orderId)!
        const { state: led, emit } = follow(order, move(one, order))
        if (led.saga === undefined || led.saga === one.saga) continue
        const said = emit.map((event) =>
          encodeEvent(event, 'order', null, at, tracing.produced(event.type, orderId, traceparent)),
        )
        moved.push(led.saga)
        decisions.push({ after: led.order ?? order, lines: emit.map((event, i) => lineSaid(event, said[i]!)) })
        rows.push(...said)
      }
      const changed = await orders.keep(tx, loaded, decisions, at)
      await sagas.save(tx, moved, at)
      const outbox: OutboxRow[] = await ledger.enqueue(tx, owner, rows, at)
      faults.passing('tx.before-commit')
      const records = new Map([...loaded].map(([orderId, stream]) => [orderId, recordOf(stream)]))
      for (const record of changed) records.set(record.orderId, record)
      return { records, moved, outbox }
    })
    faults.passing('tx.after-commit/before-ack')
    relay.offer(result.outbox)
    for (const saga of result.moved) if (statusOf(saga) === 'NEEDS_ATTENTION') tellTrouble(saga)
    return result
  }

  const tellTrouble = ({ order, attention }: Saga): void =>
    narrator.say(`Order Needs Attention ${order.orderId} ${attention}`)

  const get = async (orderId: string): Promise<KeptSaga> => {
    const kept = await sagas.get(orderId)
    if (kept === undefined) throw new Problem(404, `orderId: no saga leads order ${orderId}`)
    return kept
  }

  /** By the operator, who alone can move a saga that waits for a person. */
  const operate = async (orderId: string, move: (saga: Saga) => ReturnType<Move>, traceparent?: string) => {
    const { moved } = await moveAll([orderId], ({ saga }) => move(saga), traceparent)
    const kept = await get(orderId)
    if (moved.length === 0)
      throw new Problem(409, `orderId: the saga of order ${orderId} is ${statusOf(kept.saga)}: no person is asked`)
    return kept
  }

  return {
    get,
    list: sagas.list,
    retry: (orderId: string, traceparent?: string) => operate(orderId, retry, traceparent),
    abandon: (orderId: string, reason: string, traceparent?: string) =>
      operate(orderId, (saga) => abandon(saga, reason), traceparent),

    /** Returns the order; null where no saga leads it. It is cancelled when all is undone. */
    cancel: async (orderId: string, traceparent?: string, only?: string): Promise<OrderRecord | null> => {
      if ((await sagas.get(orderId)) === undefined) return null
      const cancelOne: Move = ({ saga }, order) => {
        if (isHidden(order, only)) throw noSuchOrder(orderId)
        return giveUp(saga, 'cancelled by the customer')
      }
      const { records, moved } = await moveAll([orderId], cancelOne, traceparent)
      const record = records.get(orderId)!
      if (moved.length === 0)
        throw new Problem(409, `orderId: order ${orderId} is ${record.status} and can no longer be cancelled`)
      return record
    },

    /** Asks again where an answer is overdue. Two instances may find the same one: the second sees that it is not any more. Returns how many were found. */
    passDeadlines: async (): Promise<number> => {
      const orderIds = await sagas.overdue(now(), overdueAtOnce)
      if (orderIds.length === 0) return 0
      const passOne: Move = ({ saga, dueAt }) =>
        dueAt !== null && dueAt <= now() ? onDeadline(saga, patience.tries) : { state: saga, emit: [] }
      await moveAll(orderIds, passOne)
      return orderIds.length
    },
  }
}

export type SagaUseCases = ReturnType<typeof createSagaUseCases>
