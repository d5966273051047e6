import type { Recording } from '../../hub/protocol.ts'
import type { Stage } from '../map/stage.ts'
import { type Api, ApiError } from '../wire/api.ts'
import { metricsOf } from './baseline.ts'
import type { PageStore } from './page-state.ts'
import { type Place, textOf } from './place.ts'
import type { Player } from './player.ts'
import { createShopActions } from './shop-actions.ts'
import { createTimeActions } from './time-actions.ts'
import { type UrlState, writeUrl } from './url.ts'

export interface ActionParts {
  readonly api: Api
  readonly player: Player
  readonly stage: Stage
  readonly store: PageStore
  readonly showUrl: (search: string) => void
  readonly save: (name: string, text: string) => void
}

export type Actions = ReturnType<typeof createActions>

/** Whatever the user can do, once, for buttons and keys alike. */
export function createActions({ api, player, stage, store, showUrl, save }: ActionParts) {
  const set = store.setState
  const go = (change: Partial<UrlState>) => {
    const url = { ...store.getState().url, ...change }
    set({ url })
    showUrl(writeUrl(url))
  }
  const say = (words: string, bad = false) => set({ notice: { words, bad } })

  /** Asks the hub; what it refuses is told to the user, and answered with null. */
  async function ask<T>(question: Promise<T>, done?: (answer: T) => string): Promise<T | null> {
    try {
      const answer = await question
      if (done) say(done(answer))
      return answer
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      say(error.message, true)
      return null
    }
  }

  function measureFrom(label: string): void {
    const { now } = player
    if (now) set({ baseline: { label, at: now.at, was: metricsOf(now), seq: store.getState().recent[0]?.seq ?? -1 } })
  }

  const time = createTimeActions({ player, stage, go })

  /** Shows the moment that an address names, as it was: what the hub has recorded since, not what it knows now. */
  async function visit(at: number): Promise<void> {
    const recording = await ask(api.recording())
    if (!recording) return
    if (player.visit(recording, at)) return
    go({ at: null })
    say('That moment is no longer held: the hub keeps the last minute. This is live.', true)
  }

  return {
    go,
    say,
    time,
    visit,
    measureFrom,
    forgetMeasure: () => set({ baseline: null }),
    quiet: () => set({ notice: null }),
    openPassport: (place: Place | null) => go({ event: place && textOf(place) }),
    openNode: (node: string | null) => go({ node }),
    help: (help: boolean) => set({ help }),
    follow: (order: string | null) => go({ order, panel: 'story' }),

    ...createShopActions({ api, store, ask, say, now: () => player.now, go, measureFrom }),
    async exportRecording() {
      const recording = await ask(api.recording())
      if (recording)
        save(
          `saga-lab-${new Date(recording.from).toISOString().slice(0, 19).replaceAll(':', '')}.json`,
          JSON.stringify(recording),
        )
    },
    openRecording(recording: Recording) {
      player.open(recording)
      stage.flights.clear()
      say(`A recording of ${Math.round((recording.to - recording.from) / 1_000)} s. Press Space to play it, → to step.`)
    },
  }
}
