import type { Parts } from '../../kit/service/parts.ts'
import type { Background } from '../../kit/service/spec.ts'
import { storable } from '../../kit/store/many.ts'
import { forProduct, forUser, overdueUsers } from './queries.ts'
import type { RecommendationSettings } from './settings.ts'
import { dropUsers, type RecommendationTables } from './storage.ts'

export const createUseCases = ({ store: { db } }: Pick<Parts<RecommendationTables>, 'store'>) => ({
  forProduct: (product: string, limit: number) => forProduct(db, storable(product), limit),
  forUser: (user: string, limit: number) => forUser(db, storable(user), limit),
})

export type UseCases = ReturnType<typeof createUseCases>

const everyMs = 60_000
const perRound = 200

/** Drops users who have not been here for long, or who are too many: so the tables stay as small as they were meant to be. */
export const forgetTheOldest = (
  {
    store,
    log,
    now,
    settings,
  }: Pick<Parts<RecommendationTables, RecommendationSettings>, 'store' | 'log' | 'now' | 'settings'>,
  pauseMs = everyMs,
): Background => {
  let round: Promise<void> | null = null
  let stopped = false
  const work = async (): Promise<void> => {
    const before = now() - settings.HISTORY_DAYS * 86_400_000
    for (let found = perRound; found === perRound && !stopped; ) {
      const users = await overdueUsers(store.db, before, settings.MAX_USERS, perRound)
      found = users.length
      if (found > 0) await store.transaction((tx) => dropUsers(tx, users))
    }
  }
  const timer = setInterval(() => {
    round ??= work()
      .catch((error) => log.warn({ error: String(error) }, 'cannot drop old histories now'))
      .finally(() => {
        round = null
      })
  }, pauseMs)
  return {
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await round
    },
  }
}
