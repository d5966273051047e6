/**
 * How far a toggle is. `asked`: somebody switched it on. `confirmed`: its effect was seen (a process state, a service's answer, a record
 * in the log), not merely requested. `unavailable`: it cannot be switched here; `reason` says why.
 */
export type FaultPhase = 'off' | 'asked' | 'confirmed' | 'unavailable'

/** What a toggle is doing now. Plain JSON: it goes over the wire to the page, and out of `lab break --json`, as it is. */
export interface FaultState {
  /** An id of the catalogue: see toggles.ts. */
  readonly id: string
  /** What it acts on: a service's name, a topic, or `kafka`. */
  readonly target: string
  readonly title: string
  readonly phase: FaultPhase
  /** Why it is unavailable, in one sentence; or why an injection did not take effect. */
  readonly reason?: string
  /** The settings in force; while it is off, the defaults. */
  readonly settings: Readonly<Record<string, unknown>>
  /** How often it has struck since it was switched on: payments declined, records sent twice, crashes, … */
  readonly injected: number
  /** When it was switched on, ms since 1970. */
  readonly since?: number
  /** When it mends itself, ms since 1970; absent: only when it is asked to, or when it has no state to mend. */
  readonly mendsAt?: number
  /** Makes what is drawn at random (which orders, which records) the same again. */
  readonly seed?: number
}

/** Works the toggles of one running shop. */
export interface FaultDesk {
  /** Every toggle of the catalogue, in its order. */
  list(): Promise<FaultState[]>
  /**
   * Switches a toggle on, or changes its settings, and resolves when its effect was seen. Settings are the toggle's own beside `service`
   * (where it has a choice), `forSeconds` (default 60; 0: until it is mended) and `seed`.
   * Throws LabError: `usage` for an unknown toggle or bad settings, `unavailable` with the reason, `not-confirmed` when the effect did
   * not show in time (the toggle is mended then).
   */
  inject(id: string, settings: unknown): Promise<FaultState>
  /** Undoes a toggle, or all of them; resolves when that was seen too. One that is off is left alone. */
  mend(id: string | 'all'): Promise<void>
  /** Told of each change of a toggle, also of those that others switched; returns how to stop being told. */
  onChange(listener: (state: FaultState) => void): () => void
  /** Stops watching. What is broken stays broken until it is mended or its time is over. */
  close(): Promise<void>
}
