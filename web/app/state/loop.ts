import type { Handling, ServiceState } from '../../hub/protocol.ts'
import type { Stage } from '../map/stage.ts'
import { type Held, holdNewest } from './followed.ts'
import { type HonestyMeter, honestyOf } from './honesty.ts'
import type { PageStore } from './page-state.ts'
import type { Passed, Player } from './player.ts'
import type { World } from './world.ts'

const COMMIT_EVERY_MS = 100
const RECENT = 60
/** Long enough to be read from the last row. */
const SHOWN_MS = 5_000
/** A tab that was hidden wakes up with a huge step; what is older was not seen anyway. */
const LONGEST_STEP_MS = 250

export interface LoopParts {
  readonly player: Player
  readonly stage: Stage
  readonly store: PageStore
  readonly meter: HonestyMeter
  readonly now: () => number
  readonly nextFrame: (then: () => void) => void
}

/** The one loop of the page: each frame moves what flies; every tenth of a second the components get to know what is new. */
export function startLoop({ player, stage, store, meter, now, nextFrame }: LoopParts): void {
  let last = now()
  let committed = 0
  let services: readonly ServiceState[] = []
  let held: Held = { orderId: null, since: 0 }
  let handlings: { at: number; handling: Handling }[] = []
  const commit = (at: number) => {
    committed = at
    const { world, tape, mode, speed } = player
    const before = store.getState().handlings
    held = holdNewest(held, newestOf(world), mode === 'live', at)
    store.setState({
      world,
      held: held.orderId,
      mode,
      speed,
      at: player.at,
      recent: keep(store.getState().recent, player.recent(RECENT)),
      handlings: before.length + handlings.length === 0 ? before : handlings.map(({ handling }) => handling),
      span: { from: tape?.from ?? 0, to: tape?.to ?? 0 },
      recording: player.isRecording,
      honesty: honestyOf(meter, stage, at),
    })
  }
  const frame = () => {
    const at = now()
    const dtMs = Math.min(at - last, LONGEST_STEP_MS)
    last = at
    const passed = player.tick(dtMs)
    meter.count(passed, at)
    handlings = [...handlings.filter((one) => one.at > at - SHOWN_MS), ...unusual(passed, at)]
    if (player.world?.services !== services) {
      services = player.world?.services ?? []
      stage.flights.block(new Set(services.filter(({ health }) => health !== 'up').map(({ name }) => name)))
    }
    if (!store.getState().reducedMotion) stage.add(passed.dots)
    stage.tick(player.mode === 'paused' ? 0 : dtMs, player.mode !== 'live')
    if (at - committed >= COMMIT_EVERY_MS) commit(at)
    nextFrame(frame)
  }
  nextFrame(frame)
}

function newestOf(world: World | null): string | null {
  let newest: string | null = null
  for (const orderId of world?.sagas.keys() ?? []) newest = orderId
  return newest
}

const unusual = ({ handlings }: Passed, at: number) =>
  handlings.filter(({ outcome }) => outcome !== 'handled').map((handling) => ({ at, handling }))

/** The list keeps its identity while nothing was added. */
function keep<T extends { readonly seq: number }>(before: readonly T[], after: readonly T[]): readonly T[] {
  return before.length === after.length && before[0]?.seq === after[0]?.seq ? before : after
}
