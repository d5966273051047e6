/** What became of one record at one consumer, this time. `failed`: its handler threw; `retry`: it threw again. */
export interface Consumed {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: string
  readonly group: string
  readonly headers: Readonly<Record<string, string>>
  readonly outcome: 'handled' | 'duplicate-ignored' | 'failed' | 'retry' | 'dead-lettered'
  /** 1 for the first time that it was tried. */
  readonly attempt: number
  /** When its batch was taken up, ms since 1970. */
  readonly takenUpAt: number
  /** What went wrong. */
  readonly error?: string
}

/** W3C trace context over Kafka: one span an event, its `traceparent` in the headers of what it leads to. */
export interface Tracing {
  /** Notes that `topic` was produced because of what came with `parent`; returns the traceparent to send along. */
  produced(topic: string, key: string, parent: string | undefined): string
  /** Notes that a request came in with `parent`; returns the traceparent to send along, and what notes its end with its HTTP status. */
  served(name: string, parent: string | undefined): { readonly traceparent: string; end(status: number): void }
  /** Notes what became of records, once that is committed. They are only gathered where spans go somewhere. */
  consumed(gather: () => readonly Consumed[]): void
  stop(): Promise<void>
}
