/**
 * Ways to build the machinery wrong, each behind one switch of the simulator. Production code has no such switches: the simulator gives it
 * wrong inputs, or leaves out what the kit would do around it.
 */
export const noBugs = {
  /** Sends what a batch emits before its transaction commits. */
  publishesBeforeCommit: false,
  /** Notes outbox rows as sent before the broker has them. */
  marksBeforeSend: false,
  /** Commits offsets before the batch is applied. */
  commitsOffsetFirst: false,
  /** Publishes from memory alone: what was committed before a crash stays in the table. */
  ignoresTableAfterCrash: false,
  /** Publishes what is new at once, though rows of an earlier life wait in the table. */
  overtakesBacklog: false,
  /** Takes a batch for sent when only a part of it was. */
  marksFailedSends: false,
  /** Does not ask the inbox. */
  ignoresInbox: false,
  /** Commits inbox rows in a transaction of their own, before the effects. */
  remembersFirst: false,
  /** Loads states for each event on its own: the events of a batch do not see each other's changes. */
  forgetsWithinBatch: false,
  /** Drops events that fail instead of parking them. */
  losesFailed: false,
  /** Lets later events of a key pass the one that waits for its next try. */
  overtakes: false,
  /** The retrier does not ask the inbox. */
  retriesHandled: false,
  /** Buries what cannot be read at every delivery. */
  buriesAgain: false,
  /** Gives an exhausted event up at every delivery. */
  givesUpAgain: false,
  /** Waits at an unreadable record for better times. */
  blocksOnPoison: false,
  /** Tries an unreadable record three times more before it buries it. */
  retriesPoison: false,
  /** Draws a new event id for each decision. */
  drawsNewIds: false,
  /** Places an order for each POST, whatever its Idempotency-Key. */
  ignoresIdempotencyKey: false,
  /** Cancels what has ended. */
  cancelsEnded: false,
  /** Fills the shelf anew at each start. */
  restocksAtStart: false,
}

export type Bugs = { readonly [Name in keyof typeof noBugs]: boolean }
