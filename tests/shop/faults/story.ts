import type { HistoryEntry } from '../timeline.ts'
import { services } from './rig.ts'
import type { Snapshot } from './snapshot.ts'

/** An event's id is `<type>.<key>[.<n>]`, and a type has no dot. */
const keyIn = (eventId: string): string => eventId.slice(eventId.indexOf('.') + 1)

const text = (value: Readonly<Record<string, unknown>>): string =>
  Object.entries(value)
    .filter(([name]) => !['orderId', 'key'].includes(name))
    .map(([name, what]) => `${name}=${String(what)}`)
    .join(' ')

const fromJournal = ({ journal }: Snapshot): HistoryEntry[] =>
  journal
    .filter(({ f }) => f !== 'read-stock')
    .map(({ t, process, f, type, value }) => ({
      t,
      who: process,
      what: `${f} ${type} ${text(value)}`.trimEnd(),
      ...(typeof value.orderId === 'string'
        ? { orderId: value.orderId }
        : process === 'nemesis'
          ? {}
          : { eventId: '' }),
    }))

const fromBooks = ({ books, startedAt }: Snapshot): HistoryEntry[] =>
  services.flatMap((who) => [
    ...books[who].inbox.map(({ eventId, at }) => ({
      t: at - startedAt,
      who,
      what: 'applied',
      eventId,
      orderId: keyIn(eventId),
    })),
    ...books[who].outbox.flatMap(({ topic, key, eventId, createdAt, sentAt }) => {
      const row = {
        who,
        topic,
        ...(eventId === null ? {} : { eventId }),
        ...(key === null ? { orderId: '' } : { orderId: key }),
      }
      const sent = sentAt === null ? [] : [{ ...row, t: sentAt - startedAt, what: 'marked as sent' }]
      return [{ ...row, t: createdAt - startedAt, what: 'committed' }, ...sent]
    }),
  ])

const fromLog = ({ log, startedAt }: Snapshot): HistoryEntry[] =>
  log.map(({ topic, partition, offset, key, timestamp, event }) => ({
    t: timestamp - startedAt,
    who: event?.source ?? 'nemesis',
    what: event === null ? 'published what is no event' : 'published',
    topic,
    partition,
    offset,
    orderId: key ?? '',
    ...(event === null ? {} : { eventId: event.eventId }),
  }))

/** All that is known of a run, told as one history: what people did, what was broken, what each database and each topic says. */
export const storyOf = (snapshot: Snapshot): HistoryEntry[] =>
  [...fromJournal(snapshot), ...fromBooks(snapshot), ...fromLog(snapshot)].sort((a, b) => a.t - b.t)
