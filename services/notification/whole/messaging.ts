import type { Subscription } from '../../../kit/service/consumer.ts'
import type { NewOutboxRow } from '../../../kit/store/ledger.ts'
import { consumedBy, groupOf } from '../../contracts/catalogue.ts'
import { createReader, keyOf } from '../../contracts/codec.ts'
import { type Desk, type Message, type TellingEvent, tell, tellingEvents, type Way } from '../domain.ts'
import { type DeskStates, deskRepository } from './desk-storage.ts'
import type { WholeTables } from './tables.ts'

/** The outbox "topic" of a channel. */
export const outboxTopic = (way: Way): string => `mail:${way}`

/** The message itself is in the table of messages; its outbox row tells the courier that it is there. */
const toRow = ({ id, way }: Message): NewOutboxRow => ({
  aggregateId: id,
  topic: outboxTopic(way),
  key: id,
  payload: null,
  headers: {},
})

export const wholeSubscription: Subscription<WholeTables, TellingEvent, Desk, Message, DeskStates> = {
  group: groupOf('notification'),
  topics: consumedBy('notification', 'whole'),
  read: createReader<TellingEvent['eventType']>(tellingEvents),
  keyOf: ({ eventType, data }) => keyOf(eventType, data),
  decide: tell,
  asIfNew: ({ reader }) => ({ told: undefined, reader }),
  repository: deskRepository,
  toRow,
}
