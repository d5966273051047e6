import { services } from '../rig.ts'
import type { Invariant } from '../snapshot.ts'

const told: Invariant = {
  id: 'I12',
  says: 'every ended order has its mail, which was printed at least once; a cancelled one no second of a kind',
  broken: ({ orders, mails, printed }) => {
    const kinds = Map.groupBy(mails, ({ orderId }) => orderId)
    const lines = new Set(
      printed.flatMap((line) => /(Email Sent|Cancellation Notice) (\S+) to/.exec(line)?.slice(1, 3).join(' ') ?? []),
    )
    const words = { confirmation: 'Email Sent', cancellation: 'Cancellation Notice' }
    return orders.flatMap(({ orderId, status }) => {
      const kind = status === 'CONFIRMED' ? 'confirmation' : 'cancellation'
      const own = (kinds.get(orderId) ?? []).filter((mail) => mail.kind === kind)
      if (own.length !== 1)
        return [{ what: `order ${orderId} is ${status} and has ${own.length} mails of ${kind}`, orderId }]
      if (!lines.has(`${words[kind]} ${orderId}`))
        return [{ what: `the ${kind} of order ${orderId} was never sent`, orderId }]
      return []
    })
  },
}

const quiet: Invariant = {
  id: 'I14',
  says: 'nothing is left to do: no unsent row, no parked event, no lag',
  broken: ({ books, lag }) => [
    ...services.flatMap((service) => {
      const unsent = books[service].outbox.filter(({ sentAt }) => sentAt === null)
      return [
        ...unsent.slice(0, 3).map(({ id, topic, key }) => ({
          what: `${service}: outbox ${id} for ${topic} is unsent`,
          ...(key === null ? {} : { orderId: key }),
        })),
        ...(books[service].parked === 0 ? [] : [{ what: `${service}: ${books[service].parked} events are parked` }]),
      ]
    }),
    ...Object.entries(lag).flatMap(([group, records]) =>
      records === 0 ? [] : [{ what: `${group}: ${records} records are unread` }],
    ),
  ],
}

const sound: Invariant = {
  id: 'I14',
  says: 'the databases are sound',
  broken: ({ books }) =>
    services.flatMap((service) =>
      books[service].integrity === 'ok' ? [] : [{ what: `${service}: ${books[service].integrity}` }],
    ),
}

export const quietInvariants: readonly Invariant[] = [told, quiet, sound]
