import { readFileSync } from 'node:fs'
import { groupOf } from '../../../services/contracts/catalogue.ts'
import { openReader, type Reader, type Row } from './databases.ts'
import { type Rig, type Service, services } from './rig.ts'
import type { Books, Logged, LoggedEvent, OrderRow, Snapshot } from './snapshot.ts'

const text = (value: unknown): string => String(value)

const booksOf = async (reader: Reader): Promise<Books> => {
  const inbox = await reader.rows('select event_id, at from inbox')
  const outbox = await reader.rows('select id, topic, key, payload, created_at, sent_at from outbox order by id')
  const [parked] = await reader.rows('select count(*) as n from parked')
  return {
    inbox: inbox.map((row) => ({ eventId: text(row.event_id), at: Number(row.at) })),
    outbox: outbox.map((row) => ({
      id: Number(row.id),
      topic: text(row.topic),
      key: row.key === null ? null : text(row.key),
      eventId: eventOf(row.payload === null ? null : text(row.payload))?.eventId ?? null,
      createdAt: Number(row.created_at),
      sentAt: row.sent_at === null ? null : Number(row.sent_at),
    })),
    parked: Number(parked!.n),
    integrity: await reader.integrity(),
  }
}

const eventOf = (value: string | null): LoggedEvent | null => {
  try {
    const event = JSON.parse(value ?? '') as Partial<LoggedEvent> | null
    if (typeof event?.eventId !== 'string' || typeof event.data !== 'object') return null
    return event as LoggedEvent
  } catch {
    return null
  }
}

const orderOf = (row: Row): OrderRow => {
  const details = JSON.parse(text(row.details)) as Record<string, unknown>
  return {
    orderId: text(row.order_id),
    status: text(row.status),
    userId: text(details.userId),
    productId: text(details.productId),
    quantity: Number(details.quantity),
    amount: Number(details.amount),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  }
}

export const readLog = async ({ bus }: Pick<Rig, 'bus'>): Promise<Logged[]> => {
  const log: Logged[] = []
  const topics = (await bus.topics()).map(({ topic }) => topic)
  const onRecord: Parameters<typeof bus.read>[1] = ({ topic, partition, offset, key, value, headers, timestamp }) => {
    const event = eventOf(value?.toString() ?? null)
    const own = { ...headers }
    log.push({
      ...{ topic, partition, timestamp, event },
      offset: Number(offset),
      key: key?.toString() ?? null,
      bytes: value?.length ?? 0,
      headers: own,
    })
  }
  await bus.read(topics, onRecord, 30_000)
  return log
}

const tablesOf = async (readers: Readonly<Record<Service, Reader>>) => {
  const reservations = await readers.inventory.rows('select order_id, product_id, quantity, status from reservations')
  const payments = await readers.payment.rows('select order_id, amount, status from payments')
  const trail = await readers.order.rows('select order_id, event_id from order_stream order by order_id, version')
  const stock = await readers.inventory.rows('select product_id, available from stock')
  const mails = await readers.notification.rows('select order_id, kind from notifications')
  return {
    orders: (await readers.order.rows('select * from orders')).map(orderOf),
    trail: trail.map((row) => ({ orderId: text(row.order_id), eventId: text(row.event_id) })),
    payments: payments.map((row) => ({
      orderId: text(row.order_id),
      amount: Number(JSON.parse(text(row.amount))),
      status: text(row.status),
    })),
    reservations: reservations.map((row) => ({
      orderId: text(row.order_id),
      productId: text(row.product_id),
      quantity: Number(row.quantity),
      status: text(row.status),
    })),
    stock: stock.map((row) => ({ productId: text(row.product_id), available: Number(row.available) })),
    mails: mails.map((row) => ({ orderId: text(row.order_id), kind: text(row.kind) })),
  }
}

export const lagOf = async ({ bus }: Pick<Rig, 'bus'>, group: string): Promise<number> =>
  (await bus.lag(group)).reduce((sum, { lag }) => sum + Number(lag), 0)

const printedBy = ({ fleet }: Rig, service: Service): string[] =>
  fleet.services
    .filter(({ name }) => name === service)
    .flatMap(({ logFile }) => readFileSync(logFile, 'utf8').split('\n'))

/** Reads everything. Call it when the shop is quiet: databases and topics are not read at one instant. */
export const collect = async (rig: Rig, facts: { clocksMoved?: boolean } = {}): Promise<Snapshot> => {
  const opened = await Promise.all(
    services.map(async (name) => [name, await openReader(rig.databaseOf(name))] as const),
  )
  const readers = Object.fromEntries(opened) as Record<Service, Reader>
  try {
    const books = await Promise.all(services.map(async (name) => [name, await booksOf(readers[name])] as const))
    const lag = await Promise.all(
      services.map(async (name) => [groupOf(name), await lagOf(rig, groupOf(name))] as const),
    )
    return {
      ...(await tablesOf(readers)),
      books: Object.fromEntries(books) as Record<Service, Books>,
      log: await readLog(rig),
      lag: Object.fromEntries(lag),
      journal: rig.journal.entries,
      startedAt: rig.journal.startedAt,
      printed: printedBy(rig, 'notification'),
      initialStock: rig.stock,
      clocksMoved: facts.clocksMoved ?? false,
    }
  } finally {
    for (const reader of Object.values(readers)) await reader.close()
  }
}
