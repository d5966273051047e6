import type { Transaction } from 'kysely'
import { keyedStates } from '../../../kit/service/keyed-states.ts'
import type { States } from '../../../kit/service/plan.ts'
import type { Repository } from '../../../kit/service/processor.ts'
import { insertNew, loadByIds, upsertAll } from '../../../kit/store/bulk.ts'
import type { Desk, Message, Reader, TellingEvent, Told } from '../domain.ts'
import { toReader, toTold, type WholeTables } from './tables.ts'
import { quietHoursReason } from './verdict.ts'

/** Two maps joined: what the customer of the event's order was told, and the reader whom the event is about. */
export interface DeskStates extends States<TellingEvent, Desk> {
  readonly told: () => Told[]
  readonly readers: () => Reader[]
}

const orderOf = ({ data }: TellingEvent): string | null => ('orderId' in data ? data.orderId : null)
/** How an order ended is told whoever the reader is, so such an event needs none. */
const readerOf = ({ eventType, data }: TellingEvent): string | null =>
  (eventType.startsWith('shipping.') || eventType.startsWith('identity.')) && 'userId' in data
    ? (data.userId ?? null)
    : null

const named = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))]

const deskStates = (loadedTold: readonly Told[], loadedReaders: readonly Reader[]): DeskStates => {
  // Nothing is ever set for an event that names no order, or no user.
  const told = keyedStates<TellingEvent, Told>(
    (event) => orderOf(event) ?? '',
    loadedTold.map((one) => [one.orderId, one]),
  )
  const readers = keyedStates<TellingEvent, Reader>(
    (event) => readerOf(event) ?? '',
    loadedReaders.map((one) => [one.userId, one]),
  )
  return {
    get: (event) => ({ told: told.get(event), reader: readers.get(event) }),
    set: (event, desk) => {
      told.set(event, desk.told)
      readers.set(event, desk.reader)
    },
    told: told.changed,
    readers: readers.changed,
  }
}

type MessageRow = WholeTables['messages']

const messageTable = {
  table: 'messages',
  key: 'id',
  columns: [
    ...(['id', 'kind', 'way', 'facts', 'order_id', 'user_id', 'change'] as const),
    ...(['status', 'reason', 'attempts', 'due_at', 'owner', 'created_at', 'updated_at'] as const),
  ],
} as const

const toMessageRow = (message: Message, at: number): MessageRow => ({
  id: message.id,
  kind: message.kind,
  way: message.way,
  facts: JSON.stringify(message.facts),
  order_id: message.orderId,
  user_id: message.userId,
  change: message.change,
  status: 'WAITING',
  reason: null,
  attempts: 0,
  due_at: at,
  owner: null,
  created_at: at,
  updated_at: at,
})

const toldTable = { table: 'told', key: 'order_id', columns: ['order_id', 'mails', 'shipment', 'changes'] } as const
const readerTable = {
  table: 'readers',
  key: 'user_id',
  columns: ['user_id', 'role', 'preferences', 'personal', 'revision', 'status'],
} as const

const toToldRow = (told: Told): WholeTables['told'] => ({
  order_id: told.orderId,
  mails: JSON.stringify(told.mails),
  shipment: told.shipment,
  changes: told.changes,
})

const toReaderRow = (reader: Reader): WholeTables['readers'] => ({
  user_id: reader.userId,
  role: reader.role,
  preferences: JSON.stringify(reader.preferences),
  personal: reader.personal === null ? null : JSON.stringify(reader.personal),
  revision: reader.revision,
  status: reader.status,
})

/** Who sleeps until when may have changed: what waits for these readers to get up is looked at anew. */
const wake = async (tx: Transaction<WholeTables>, readers: readonly Reader[], at: number): Promise<void> => {
  if (readers.length === 0) return
  const ids = readers.map(({ userId }) => userId)
  await tx
    .updateTable('messages')
    .set({ due_at: at })
    .where('user_id', 'in', ids)
    .where('status', '=', 'WAITING')
    .where('reason', '=', quietHoursReason)
    .execute()
}

export const deskRepository: Repository<WholeTables, TellingEvent, Desk, Message, DeskStates> = {
  load: async (tx, events) => {
    const told = await loadByIds<WholeTables['told'], WholeTables>(tx, {
      table: 'told',
      idColumn: 'order_id',
      ids: named(events.map(orderOf)),
    })
    const readers = await loadByIds<WholeTables['readers'], WholeTables>(tx, {
      table: 'readers',
      idColumn: 'user_id',
      ids: named(events.map(readerOf)),
    })
    return deskStates(told.map(toTold), readers.map(toReader))
  },
  save: async (tx, states, handled, at) => {
    await upsertAll(tx, toldTable, states.told().map(toToldRow))
    const readers = states.readers()
    await upsertAll(tx, readerTable, readers.map(toReaderRow))
    await wake(tx, readers, at)
    const messages = handled.flatMap(({ emit }) => emit)
    const isAlert = ({ orderId }: Message): boolean => orderId === null
    const rows = (list: readonly Message[]): MessageRow[] => list.map((message) => toMessageRow(message, at))
    // What an order's customer was told keeps a message from being decided twice; while the inbox is switched off it does go out twice.
    await upsertAll(tx, messageTable, rows(messages.filter((message) => !isAlert(message))))
    // Of alerts nothing is remembered but the message itself.
    await insertNew(tx, messageTable, rows(messages.filter(isAlert)))
  },
}
