/** A process of a shop that runs. A place keeps its name, instance and url over restarts; the pid changes. */
export interface Member {
  readonly name: string
  readonly instance: number
  readonly pid: number
  readonly url: string
  readonly isRunning: boolean
}

export type Place = Pick<Member, 'name' | 'instance'>

/** The process of the lab's own broker. */
export interface BreakableBroker {
  /** host:port. */
  readonly address: string
  /** Of the process at the moment; undefined while it is down. */
  pid(): Promise<number | undefined>
  /** Stops its time. If this program dies meanwhile, it goes on by itself. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Ends it in order and starts it on the same data and address. Resolves when it answers. */
  restart(): Promise<void>
}

/** What the failure desk needs of whoever runs a shop: the reference shop's fleet, or a student's processes. */
export interface BreakableShop {
  /** Whose shop it is, as in "The reference shop has no …". */
  readonly kind: 'reference' | 'student'
  readonly brokers: readonly string[]
  /** Opens the services' own failure toggles; null where they have none. */
  readonly token: string | null
  /** Text: why the broker cannot be broken. */
  readonly broker: BreakableBroker | string
  members(): readonly Member[]
  /** SIGSTOP or SIGCONT, to a process and all that it started. */
  signal(place: Place, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void>
  /** Ends it, in order (SIGTERM) or at once (SIGKILL); resolves when it is gone. It stays down until `start`. */
  end(place: Place, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Starts what is down and waits until it answers. Throws LabError when it does not. */
  start(place: Place): Promise<void>
}
