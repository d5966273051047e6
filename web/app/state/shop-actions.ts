import type { DeedName, FaultRequest, OrderRequest, ReplayOutcome, ReplayRequest } from '../../hub/protocol.ts'
import type { Api } from '../wire/api.ts'
import type { PageStore } from './page-state.ts'
import { until } from './until.ts'
import type { UrlState } from './url.ts'
import type { World } from './world.ts'

/** Long for an order in a shop where all is well. */
const CONFIRMED_MS = 20_000

export interface ShopParts {
  readonly api: Api
  readonly store: PageStore
  /** Null, and a word to the user, where the hub refuses. */
  readonly ask: <T>(question: Promise<T>, done?: (answer: T) => string) => Promise<T | null>
  readonly say: (words: string, bad?: boolean) => void
  /** The world as it is now, whatever moment is shown. */
  readonly now: () => World | null
  readonly go: (change: Partial<UrlState>) => void
  /** Keeps the numbers as they are now, to tell later what changed. */
  readonly measureFrom: (label: string) => void
}

/** What reaches the shop or the class through the hub. */
export function createShopActions({ api, store, ask, say, now, go, measureFrom }: ShopParts) {
  const set = store.setState
  return {
    async breakIt(id: string, title: string, request: FaultRequest = {}) {
      measureFrom(title)
      return ask(api.breakIt(id, request), () => `Broken: ${title}. Watch what the orders do.`)
    },
    /** For a lesson, which measures its numbers itself. */
    breakQuietly: (id: string, request: FaultRequest) => ask(api.breakIt(id, request)),
    mend: (id: string, title: string) => ask(api.mend(id), () => `Mended: ${title}.`),
    async order(request: OrderRequest) {
      const placed = await ask(api.order(request))
      if (!placed) return null
      set({ placed })
      if (placed.orderIds.length === 1) go({ order: placed.orderIds[0]! })
      say(
        `${placed.accepted} ${placed.accepted === 1 ? 'order' : 'orders'} placed${placed.refused ? `, ${placed.refused} refused` : ''}.`,
      )
      return placed
    },
    /** Null, and a word to the user, where they are not confirmed in time. */
    async untilConfirmed(orderIds: readonly string[]): Promise<true | null> {
      const confirmed = () => orderIds.filter((id) => now()?.sagas.get(id)?.status === 'confirmed').length
      if (await until(store, () => confirmed() === orderIds.length, CONFIRMED_MS)) return true
      say(
        `Only ${confirmed()} of ${orderIds.length} orders were confirmed within ${CONFIRMED_MS / 1_000} s, so the rest was not done. Is anything still broken?`,
        true,
      )
      return null
    },
    scale: (service: string, instances: number) =>
      ask(
        api.scale({ service, instances }),
        () => `${service} now runs ${instances} ${instances === 1 ? 'instance' : 'instances'}.`,
      ),
    rewind: (group: string, topic: string) =>
      ask(api.rewind({ group, topic }), ({ moved }) => `${group} reads ${moved} events of ${topic} again.`),
    deed: (name: DeedName) => ask(api.deed(name)),
    replay: (request: ReplayRequest, onOutcome: (outcome: ReplayOutcome) => void) =>
      ask(api.replay(request, onOutcome)),
    lesson: (lesson: string, step: number, voteOpen: boolean) => {
      go({ lesson, step, panel: 'lesson' })
      return store.getState().me?.role === 'presenter' ? ask(api.lesson({ lesson, step, voteOpen })) : null
    },
    async vote(lesson: string, choice: number) {
      set({ voted: { ...store.getState().voted, [lesson]: choice } })
      if (store.getState().me) await ask(api.vote({ lesson, choice }))
    },
  }
}
