import type { Stage } from '../map/stage.ts'
import type { Player } from './player.ts'
import type { UrlState } from './url.ts'

/** Milliseconds that the map moves on at a step, so that the event just stepped to is seen on its way. */
const STEP_MS = 450

export interface TimeParts {
  readonly player: Player
  readonly stage: Stage
  readonly go: (change: Partial<UrlState>) => void
}

/** Pause, step, play slowly, scrub, and back to live; the address always says which moment is shown. */
export function createTimeActions({ player, stage, go }: TimeParts) {
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
      go({ speed: player.speed })
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
  return time
}
