import type { FaultRequest, OrderRequest, Recording, ReplayOutcome, ReplayRequest } from '../../hub/protocol.ts'
import type { Stage } from '../map/stage.ts'
import { type Api, ApiError } from '../wire/api.ts'
import { metricsOf } from './baseline.ts'
import type { PageStore, Place } from './page-state.ts'
import type { Player } from './player.ts'
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

/** Milliseconds that the map moves on at a step, so that the event just stepped to is seen on its way. */
const STEP_MS = 450

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

  const time = {
    pause() {
      player.pause()
      go({ at: Math.round(player.at) })
    },
    live() {
      player.live()
      stage.flights.clear()
      go({ at: null })
    },
    toggle: () => (player.mode === 'live' || player.mode === 'playing' ? time.pause() : time.play()),
    play(speed?: number) {
      player.play(speed)
      set({ speed: player.speed })
    },
    seek(at: number) {
      player.pause()
      player.seek(at)
      stage.flights.clear()
      go({ at: Math.round(player.at) })
    },
    step(by: 1 | -1) {
      const dot = player.step(by)
      stage.flights.clear()
      if (dot) {
        stage.add([dot])
        stage.tick(STEP_MS, true)
        if (dot.orderId) go({ order: dot.orderId, at: Math.round(player.at) })
      }
      return dot
    },
  }

  return {
    go,
    say,
    time,
    measureFrom,
    quiet: () => set({ notice: null }),
    openPassport: (passport: Place | null) => set({ passport }),
    openNode: (node: string | null) => set({ node }),
    help: (help: boolean) => set({ help }),
    follow: (order: string | null) => go({ order, panel: 'story' }),

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
    scale: (service: string, instances: number) =>
      ask(
        api.scale({ service, instances }),
        () => `${service} now runs ${instances} ${instances === 1 ? 'instance' : 'instances'}.`,
      ),
    rewind: (group: string, topic: string) =>
      ask(api.rewind({ group, topic }), ({ moved }) => `${group} reads ${moved} events of ${topic} again.`),
    replay: (request: ReplayRequest): Promise<ReplayOutcome[] | null> => ask(api.replay(request)),
    lesson: (lesson: string, step: number, voteOpen: boolean) => {
      go({ lesson, step, panel: 'lesson' })
      return store.getState().me?.role === 'presenter' ? ask(api.lesson({ lesson, step, voteOpen })) : null
    },
    async vote(lesson: string, choice: number) {
      set({ voted: { ...store.getState().voted, [lesson]: choice } })
      if (store.getState().me) await ask(api.vote({ lesson, choice }))
    },
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
