/** What every event carries around its data. The first four fields are the lab contract's; the rest are ours and optional to a reader. */
export interface Envelope<Type extends string = string, Data = unknown> {
  /** Unique for every event, and the same again when the same event is published again: inboxes tell duplicates by it. */
  readonly eventId: string
  /** The topic's name. */
  readonly eventType: Type
  /** ISO 8601, UTC. */
  readonly timestamp: string
  /** Of the data's schema; a missing one counts as 1. */
  readonly version: number
  /** The service that published it. */
  readonly source: string
  /** What belongs together: the order (or the product, for stock levels). Also the message key. */
  readonly correlationId: string
  /** The event that led to this one; null for the first. */
  readonly causationId: string | null
  readonly data: Data
}

export type AnyEnvelope = Envelope<string, unknown>

/** A record that was understood, or the reason why it never will be. */
export type Parsed<E extends AnyEnvelope> =
  | { readonly ok: true; readonly event: E }
  | { readonly ok: false; readonly reason: string }

/** Turns the bytes of a record into an event. Never throws: what cannot be read is a value, not an exception. */
export type EventReader<E extends AnyEnvelope> = (topic: string, value: Buffer | null) => Parsed<E>
