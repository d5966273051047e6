import type { Transaction } from 'kysely'
import { Problem } from '../../kit/service/http/problem.ts'
import type { Parts } from '../../kit/service/parts.ts'
import type { DataOf } from '../contracts/catalogue.ts'
import { encodeEvent } from '../contracts/codec.ts'
import type { Lateness } from './carrier.ts'
import { advance, amend, type Carrier, isUnderWay, type Shipment, type ShippingEmission, ship } from './domain.ts'
import type { Page, Queries, ShipmentFilter } from './queries.ts'
import { type Kept, loadShipments, type ShippingTables, saveShipments, waitingSince } from './storage.ts'
import { linesOf } from './story.ts'

/** What a transaction of our own making did: what is kept of it, what it says, and what its caller gets. */
interface Change<Result> {
  readonly kept: readonly Kept[]
  readonly emit: readonly ShippingEmission[]
  readonly result: Result
}

type Order = DataOf<'stock-reserved'>

export interface UseCases {
  /** `only`: the user whose shipments alone the caller may know; another's does not exist for them (Problem 404). */
  get(orderId: string, only: string | undefined): Promise<Shipment>
  track(trackingNumber: string): Promise<Shipment>
  list(filter: ShipmentFilter): Promise<Page>
  /** The parcel, and to whom it goes as far as a label may tell: null where nobody is named or the user is gone. Problem 409 where no parcel is. */
  labelled(orderId: string, only: string | undefined): Promise<{ shipment: Shipment; recipient: string | null }>
  /** Sends a parcel by hand. The same again gives the same shipment (`isNew` false); Problem 409 where the order has another. */
  create(order: Order, traceparent: string | undefined): Promise<{ shipment: Shipment; isNew: boolean }>
  amend(
    orderId: string,
    news: { deliverBy?: number | undefined; note: string },
    traceparent: string | undefined,
  ): Promise<Shipment>
  /** Moves the parcels that have waited for `stepMs`, at most `limit`. Returns how many it moved. */
  moveParcels(stepMs: number, limit: number): Promise<number>
}

const isSameOrder = (one: Order, other: Order): boolean =>
  String(one.productId) === String(other.productId) &&
  one.quantity === other.quantity &&
  one.amount === other.amount &&
  one.userId === other.userId

const refusal = (result: Problem): Change<Problem> => ({ kept: [], emit: [], result })

export const createUseCases = (
  parts: Parts<ShippingTables>,
  queries: Queries,
  { carrier, late }: { readonly carrier: Carrier; readonly late: Lateness },
): UseCases => {
  const { store, ledger, relay, owner, faults, narrator, tracing, now } = parts

  const commit = async <Result>(
    decide: (tx: Transaction<ShippingTables>, at: number) => Promise<Change<Result>>,
    traceparent?: string,
  ): Promise<Change<Result>> => {
    const { change, outbox } = await store.transaction(async (tx) => {
      faults.passing('tx.begin')
      const at = now()
      const change = await decide(tx, at)
      if (change.kept.length > 0) await saveShipments(tx, change.kept, at)
      const rows = change.emit.map((event) =>
        encodeEvent(event, 'shipping', null, at, tracing.produced(event.type, event.data.orderId, traceparent)),
      )
      const outbox = await ledger.enqueue(tx, owner, rows, at)
      faults.passing('tx.before-commit')
      return { change, outbox }
    })
    faults.passing('tx.after-commit/before-ack')
    relay.offer(outbox)
    for (const line of change.emit.flatMap(linesOf)) narrator.say(line)
    return change
  }

  const unknown = (orderId: string) => new Problem(404, `orderId: order ${orderId} has not come to shipping`)
  const find = async (orderId: string, only: string | undefined): Promise<Shipment> => {
    const shipment = await queries.ofOrder(orderId)
    if (shipment === undefined || (only !== undefined && shipment.userId !== only)) throw unknown(orderId)
    return shipment
  }

  const move = ({ shipment }: Kept, at: number) => {
    const lateMs = late.of(shipment.orderId)
    const { state, emit } = advance(shipment, at, lateMs)
    const extraMs = state.status === 'DELAYED' ? (lateMs ?? 0) : 0
    return { kept: { shipment: state, waitsSince: isUnderWay(state) ? at + extraMs : null }, emit }
  }

  return {
    get: find,
    track: async (trackingNumber) => {
      const shipment = await queries.byNumber(trackingNumber)
      if (shipment === undefined) throw new Problem(404, `trackingNumber: there is no parcel ${trackingNumber}`)
      return shipment
    },
    list: queries.list,
    labelled: async (orderId, only) => {
      const shipment = await find(orderId, only)
      const { status, userId } = shipment
      if (status === 'FAILED' || status === 'CANCELLED' || status === 'BARRED')
        throw new Problem(409, `orderId: the shipment of order ${orderId} is ${status}, so there is no parcel`)
      return { shipment, recipient: userId === undefined || (await queries.isGone(userId)) ? null : userId }
    },

    create: async (order, traceparent) => {
      const { result } = await commit(async (tx, at) => {
        const [known] = await loadShipments(tx, [order.orderId])
        if (known !== undefined) return { kept: [], emit: [], result: { shipment: known.shipment, isNew: false } }
        const { state, emit } = ship(order, carrier, at)
        const shipment: Shipment = { ...state, byHand: true }
        const waitsSince = isUnderWay(shipment) ? at : null
        return { kept: [{ shipment, waitsSince }], emit, result: { shipment, isNew: true } }
      }, traceparent)
      const { shipment, isNew } = result
      if (!isNew && !(shipment.byHand && isSameOrder(shipment, order))) {
        const why = shipment.status === 'BARRED' ? 'was called back' : 'has another shipment already'
        throw new Problem(409, `orderId: order ${order.orderId} ${why}`)
      }
      return result
    },

    amend: async (orderId, news, traceparent) => {
      const { result } = await commit<Shipment | Problem>(async (tx, at) => {
        const [known] = await loadShipments(tx, [orderId])
        if (known === undefined) return refusal(unknown(orderId))
        const told = amend(known.shipment, news, at)
        if ('refused' in told)
          return refusal(new Problem(409, `orderId: the shipment of ${orderId} cannot be changed: ${told.refused}`))
        const kept = told.emit.length > 0 ? [{ ...known, shipment: told.state }] : []
        return { kept, emit: told.emit, result: told.state }
      }, traceparent)
      if (result instanceof Problem) throw result
      return result
    },

    moveParcels: async (stepMs, limit) => {
      const ids = await waitingSince(store.db, now() - stepMs, limit)
      if (ids.length === 0) return 0
      const { kept, emit } = await commit(async (tx, at) => {
        const waiting = await loadShipments(tx, ids)
        // Looked at again, now that nobody else can touch them: another instance may have moved some meanwhile.
        const due = waiting.filter(({ waitsSince }) => waitsSince !== null && waitsSince <= at - stepMs)
        const moved = due.map((one) => move(one, at))
        return { kept: moved.map((one) => one.kept), emit: moved.flatMap((one) => one.emit), result: undefined }
      })
      late.count(emit.filter(({ type }) => type === 'shipping.shipment.updated').length)
      return kept.length
    },
  }
}
