import { Problem } from '../../../kit/service/http/problem.ts'
import type { Store } from '../../../kit/store/store.ts'
import type { Way } from '../domain.ts'
import { type Filter, findMessage, findMessages, type Stored, sendAgain } from './queue.ts'
import type { WholeTables } from './tables.ts'
import { render } from './templates/render.ts'

const timeOf = (ms: number): string => new Date(ms).toISOString()

/** A message as it is shown: in its words, but without anybody's name. */
const show = (message: Stored) => {
  const { id, orderId, userId, kind, way, status, reason, attempts } = message
  const { title, text } = render(message, { name: 'customer' })
  const times = {
    dueAt: timeOf(message.dueAt),
    createdAt: timeOf(message.createdAt),
    updatedAt: timeOf(message.updatedAt),
  }
  return { id, orderId, userId, kind, channel: way, status, reason, attempts, title, text, ...times }
}

export type Shown = ReturnType<typeof show>

export const createWholeUseCases = (
  { db }: Pick<Store<WholeTables>, 'db'>,
  { now, ring }: { readonly now: () => number; readonly ring: (way: Way) => void },
) => {
  const get = async (id: string): Promise<Shown | undefined> => {
    const message = await findMessage(db, id)
    return message === undefined ? undefined : show(message)
  }
  return {
    get,
    find: async (filter: Filter): Promise<Shown[]> => (await findMessages(db, filter)).map(show),
    resend: async (id: string): Promise<Shown> => {
      const isDue = await sendAgain(db, id, now())
      const found = await get(id)
      if (found === undefined) throw new Problem(404, 'id: there is no such message')
      if (!isDue) throw new Problem(409, 'id: this message waits to be sent already')
      ring(found.channel)
      return found
    },
  }
}

export type WholeUseCases = ReturnType<typeof createWholeUseCases>
