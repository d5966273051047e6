/** What a service makes of one event: its state afterwards, and what it tells the world. */
export interface Decision<State, Emission> {
  readonly state: State
  readonly emit: readonly Emission[]
}

/**
 * The heart of a service: a pure function. It reads no clock, draws no random number, does no I/O, and gives the same answer
 * each time, so that it can be folded over a batch, run again after a crash, and simulated thousands of times a second.
 * `state` is undefined where the service knows nothing yet.
 */
export type Decide<State, Event, Emission> = (event: Event, state: State) => Decision<State, Emission>
