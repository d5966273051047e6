import type { Kysely, Transaction } from 'kysely'
import { keyedStates } from '../../kit/service/keyed-states.ts'
import type { States } from '../../kit/service/plan.ts'
import type { Repository } from '../../kit/service/processor.ts'
import { loadByIds, upsertAll } from '../../kit/store/bulk.ts'
import { clustered, type Migration } from '../../kit/store/store.ts'
import type { Shipment, ShippingEmission, ShippingEvent } from './domain.ts'
import type { User, UserEvent } from './users.ts'

export interface ShippingTables {
  /** `details`: the JSON of the rest. `waits_since`: the carrier's next step is due a step's time after it; null: none is left. */
  shipments: {
    order_id: string
    tracking_number: string
    status: Shipment['status']
    details: string
    waits_since: number | null
    updated_at: number
  }
  users: { user_id: string; role: User['role']; active: number; revision: number }
}

export const migrations: readonly Migration[] = [
  {
    name: 'shipping-001-shipments',
    up: clustered(
      'create table shipments (order_id text primary key, tracking_number text not null, status text not null, details text not null, waits_since bigint, updated_at bigint not null)',
    ),
  },
  { name: 'shipping-002-by-number', up: 'create index shipments_by_number on shipments (tracking_number)' },
  {
    name: 'shipping-003-waiting',
    up: 'create index shipments_waiting on shipments (waits_since) where waits_since is not null',
  },
  {
    name: 'shipping-004-users',
    up: clustered(
      'create table users (user_id text primary key, role text, active integer not null, revision bigint not null)',
    ),
  },
]

const shipmentTable = {
  table: 'shipments',
  key: ['order_id'],
  columns: ['order_id', 'tracking_number', 'status', 'details', 'waits_since', 'updated_at'],
} as const
const userTable = { table: 'users', key: ['user_id'], columns: ['user_id', 'role', 'active', 'revision'] } as const

type ShipmentRow = ShippingTables['shipments']
type UserRow = ShippingTables['users']

/** A shipment as it is kept. Times in ms since 1970. */
export interface Kept {
  readonly shipment: Shipment
  readonly waitsSince: number | null
}

export const toShipment = ({ order_id, tracking_number, status, details }: ShipmentRow): Shipment => ({
  ...JSON.parse(details),
  orderId: order_id,
  trackingNumber: tracking_number,
  status,
})
const toKept = (row: ShipmentRow): Kept => ({
  shipment: toShipment(row),
  waitsSince: row.waits_since === null ? null : Number(row.waits_since),
})

const toRow = ({ shipment, waitsSince }: Kept, at: number): ShipmentRow => {
  const { orderId, trackingNumber, status, ...details } = shipment
  return {
    order_id: orderId,
    tracking_number: trackingNumber,
    status,
    details: JSON.stringify(details),
    waits_since: waitsSince,
    updated_at: at,
  }
}

const toUser = (row: UserRow): User => ({
  userId: row.user_id,
  role: row.role,
  active: Number(row.active) === 1,
  revision: Number(row.revision),
})
const toUserRow = ({ userId, role, active, revision }: User): UserRow => ({
  user_id: userId,
  role,
  active: active ? 1 : 0,
  revision,
})

export const loadShipments = async (tx: Transaction<ShippingTables>, ids: readonly string[]): Promise<Kept[]> =>
  (await loadByIds<ShipmentRow, ShippingTables>(tx, { table: 'shipments', idColumn: 'order_id', ids })).map(toKept)

export const saveShipments = (tx: Transaction<ShippingTables>, kept: readonly Kept[], at: number): Promise<void> =>
  upsertAll(
    tx,
    shipmentTable,
    kept.map((one) => toRow(one, at)),
  )

/** Orders whose parcels have waited since then or longer, the longest first. Another instance may be about to move them too. */
export const waitingSince = async (db: Kysely<ShippingTables>, then: number, limit: number): Promise<string[]> => {
  const due = db.selectFrom('shipments').select('order_id').where('waits_since', '<=', then)
  return (await due.orderBy('waits_since').limit(limit).execute()).map(({ order_id }) => order_id)
}

export type DeskEvent = ShippingEvent | UserEvent

/** What one event concerns: the order's shipment, or a user. */
export interface Desk {
  readonly shipment: Shipment | undefined
  readonly user: User | undefined
}

export interface DeskStates extends States<DeskEvent, Desk> {
  readonly shipments: () => Shipment[]
  readonly users: () => User[]
}

export const isUserEvent = (event: DeskEvent): event is UserEvent => event.eventType.startsWith('identity.')
const isOrderEvent = (event: DeskEvent): event is ShippingEvent => !isUserEvent(event)
const orderOf = ({ data }: ShippingEvent): string => data.orderId
const userOf = ({ data }: UserEvent): string => data.userId

const loadUsers = async (tx: Transaction<ShippingTables>, ids: readonly string[]): Promise<User[]> =>
  (await loadByIds<UserRow, ShippingTables>(tx, { table: 'users', idColumn: 'user_id', ids })).map(toUser)

export const repository: Repository<ShippingTables, DeskEvent, Desk, ShippingEmission, DeskStates> = {
  load: async (tx, events) => {
    const kept = await loadShipments(tx, events.filter(isOrderEvent).map(orderOf))
    const known = await loadUsers(tx, events.filter(isUserEvent).map(userOf))
    const shipments = keyedStates<ShippingEvent, Shipment>(
      orderOf,
      kept.map(({ shipment }) => [shipment.orderId, shipment]),
    )
    const users = keyedStates<UserEvent, User>(
      userOf,
      known.map((user) => [user.userId, user]),
    )
    return {
      get: (event) =>
        isUserEvent(event)
          ? { shipment: undefined, user: users.get(event) }
          : { shipment: shipments.get(event), user: undefined },
      set: (event, { shipment, user }) => {
        if (isUserEvent(event)) users.set(event, user)
        else shipments.set(event, shipment)
      },
      shipments: shipments.changed,
      users: users.changed,
    }
  },
  save: async (tx, states, _handled, at) => {
    const kept = states.shipments().map((shipment) => ({
      shipment,
      // Events only begin a way or end it; the steps between are the carrier's.
      waitsSince: shipment.status === 'CREATED' ? at : null,
    }))
    await saveShipments(tx, kept, at)
    await upsertAll(tx, userTable, states.users().map(toUserRow))
  },
}
