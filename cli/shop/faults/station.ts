import type { FaultState } from './fault-desk.ts'
import type { Lever } from './levers/lever.ts'
import type { Toggle } from './toggle.ts'
import { defaultsOf } from './toggles.ts'

/** One toggle of one shop: its state, and whatever is being done with it, one thing behind the other. */
export class Station {
  readonly toggle: Toggle
  readonly lever: Lever
  state: FaultState
  work: Promise<unknown> = Promise.resolve()
  /** Mends it. */
  timer: NodeJS.Timeout | undefined
  looking: NodeJS.Timeout | undefined

  constructor(toggle: Toggle, lever: Lever) {
    this.toggle = toggle
    this.lever = lever
    const settings = defaultsOf(toggle)
    this.state = { ...this.#fixed, target: lever.targetOf(settings), phase: 'off', settings, injected: 0 }
  }

  get isOn(): boolean {
    return this.state.phase === 'asked' || this.state.phase === 'confirmed'
  }

  /** True for a fault that happens once and leaves nothing to be undone. */
  get isMomentary(): boolean {
    return !('forSeconds' in this.toggle.settings.shape)
  }

  get #fixed() {
    return { id: this.toggle.id, title: this.toggle.title }
  }

  shown(): FaultState {
    const reason = this.isOn ? undefined : this.lever.unavailable()
    return reason === undefined ? this.state : { ...this.state, phase: 'unavailable', reason }
  }

  asked(settings: Record<string, unknown>, now: number): void {
    const seconds = Number(settings.forSeconds ?? 0)
    this.state = {
      ...{ ...this.#fixed, target: this.lever.targetOf(settings), phase: 'asked', settings, injected: 0, since: now },
      ...(seconds > 0 ? { mendsAt: now + seconds * 1_000 } : {}),
      ...(typeof settings.seed === 'number' ? { seed: settings.seed } : {}),
    }
  }

  off(reason?: string): void {
    this.stopTimers()
    const { since: _, mendsAt: _m, seed: _s, reason: _r, ...rest } = this.state
    this.state = { ...rest, phase: 'off', ...(reason === undefined ? {} : { reason }) }
  }

  stopTimers(): void {
    clearTimeout(this.timer)
    clearTimeout(this.looking)
  }

  /** Runs after what is already under way with this toggle, whatever became of that. */
  next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.work.then(work, work)
    this.work = done.catch(() => {})
    return done
  }
}
