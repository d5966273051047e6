/**
 * What the hub and the page say to each other: JSON over REST and one WebSocket. The page knows the back end by this file alone.
 *
 * REST (each call carries `Authorization: Bearer <token>`, the token of the page's own address, `/#token=…`; a viewer may type the join code instead;
 * bodies are `application/json`; errors are problem details, RFC 9457):
 *
 * | call | answer | who |
 * |---|---|---|
 * | `GET /api/me` | `Me` | all |
 * | `POST /api/ticket` | `Ticket`: opens one WebSocket at `/ws?ticket=…` within 30 s | all |
 * | `GET /api/sagas?filter=all\|running\|stuck\|compensating\|failed\|done&limit=` | `SagaSummary[]`, newest first | all |
 * | `GET /api/sagas/:orderId` | `SagaStory` | all |
 * | `GET /api/events/:topic/:partition/:offset` | `Passport` | all |
 * | `GET /api/dead-letters?topic=` | `DeadLetterRow[]`, newest first | all |
 * | `POST /api/dead-letters/replay` `ReplayRequest` | `ReplayOutcome[]`; as soon as each is known, one a line, to `Accept: application/x-ndjson` | presenter |
 * | `GET /api/faults` | `FaultView[]` | all |
 * | `POST /api/faults/:id` `FaultRequest` | `FaultView` | presenter |
 * | `DELETE /api/faults/:id` (`all`: every one) | 204 | presenter |
 * | `POST /api/orders` `OrderRequest` | `OrderAnswer` | presenter |
 * | `POST /api/deeds/:name` | `DeedAnswer`; see `DEEDS` | presenter |
 * | `POST /api/scale` `ScaleRequest` | 204 | presenter |
 * | `POST /api/rewind` `RewindRequest` | `{moved: number}` | presenter |
 * | `GET /api/recording` | `Recording`: the last 60 s | all |
 * | `POST /api/vote` `Vote` | 204 | all |
 * | `POST /api/lesson` `LessonState` | 204: the viewers' pages follow | presenter |
 *
 * WebSocket: the hub sends `Snapshot` on joining and after a drop, then a `Frame` at most every 50 ms; the page answers each with an `Ack`.
 */

export const PROTOCOL_VERSION = 1

/** Milliseconds since 1970, the hub's clock unless said otherwise. */
export type Time = number

/** What a message means for its order; shown by colour *and* shape. */
export type Kind = 'ok' | 'failed' | 'compensating' | 'pending' | 'duplicate'

export interface Me {
  readonly role: 'presenter' | 'viewer'
  readonly version: number
  readonly shop: ShopKind
  /** With `--lan`, for the presenter: how phones join. `url` holds the code in its fragment, as `#token=…`; `qr` is a data URL for an `<img>`. */
  readonly join: { readonly url: string; readonly code: string; readonly qr: string; readonly until: Time } | null
}

export interface Ticket {
  readonly ticket: string
}

export type ShopKind = 'reference' | 'student' | 'recording'

// The map ------------------------------------------------------------------------------------------------------------

export interface Topology {
  readonly shop: ShopKind
  /** What the hub can do with this shop beside looking; absent from recordings of before. */
  readonly can?: { readonly scale: boolean; readonly rewind: boolean }
  readonly services: readonly ServiceBox[]
  readonly topics: readonly TopicBox[]
  readonly edges: readonly EdgeLine[]
  /** What the map folds away until it is asked for. */
  readonly bundles?: readonly Bundle[]
}

/** Boxes that are not on an order's usual way. They are folded and unfolded together. */
export interface Bundle {
  readonly id: string
  readonly title: string
  readonly services: readonly string[]
  readonly topics: readonly string[]
  /** Unfolds by itself once something goes over one of its topics. */
  readonly opensWhenUsed: boolean
}

/** Places are a grid, left to right: `column` 0 is where an order comes in. The same place in every lesson. */
export interface ServiceBox {
  readonly name: string
  /** One letter, unique on the map; shown beside the fixed colour. */
  readonly letter: string
  readonly group: string | null
  readonly url: string | null
  readonly column: number
  readonly row: number
}

export interface TopicBox {
  readonly name: string
  readonly kind: 'event' | 'dead-letter' | 'other'
  readonly summary: string
  readonly partitions: number
  readonly column: number
  readonly row: number
}

export interface EdgeLine {
  /** `order>order-created` or `order-created>payment`. */
  readonly id: string
  readonly from: string
  readonly to: string
  /** `call`: over HTTP, while the caller waits. */
  readonly kind: 'produce' | 'consume' | 'call'
}

// What happens -------------------------------------------------------------------------------------------------------

/** One real record of the log. `topic/partition/offset` is its identity. */
export interface Dot {
  /** Grows by one with each record that the hub saw. */
  readonly seq: number
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: string | null
  /** The event's type as its envelope says; the topic's name where it says nothing readable. */
  readonly type: string
  /** `eventId` of the envelope, or null. */
  readonly id: string | null
  readonly orderId: string | null
  readonly kind: Kind
  /** The same event id was in the log before. */
  readonly duplicate: boolean
  /** When the producer handed it to Kafka, by the producer's clock. */
  readonly at: Time
  /** When the hub saw it. */
  readonly seen: Time
  /** Producing service, or null where nobody can tell. */
  readonly from: string | null
  /** Services that will read it. */
  readonly to: readonly string[]
  readonly bytes: number
}

/** A record at one consumer group: attempts, duplicates ignored, dead letters. From traces; a student's shop may send none. */
export interface Handling {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly service: string
  /** `failed`: its handler threw, and it will be tried again; `retry`: it threw again. */
  readonly outcome: 'handled' | 'duplicate-ignored' | 'retry' | 'dead-lettered' | 'failed'
  readonly attempt: number
  readonly at: Time
  readonly orderId: string | null
}

/** `stuck`: not ended, and nothing was heard of it for 15 s. */
export type SagaStatus = 'running' | 'compensating' | 'confirmed' | 'cancelled' | 'stuck'

export interface SagaSummary {
  readonly orderId: string
  readonly status: SagaStatus
  readonly startedAt: Time
  readonly lastAt: Time
  readonly events: number
  /** What consumers said that they did for it; that comes behind the events, in batches. */
  readonly handlings: number
  /** Order placed → fully processed, ms; null while it runs. */
  readonly criticalMs: number | null
  readonly reason: string | null
  /** A dead letter or a duplicate belongs to it. */
  readonly marks: readonly ('dead-letter' | 'duplicate' | 'retry')[]
  /** In words: `paid, no stock, refunded, cancelled`. */
  readonly sentence: string
}

export interface StoryStep {
  /** Of the step, unique in the story; the event's type is its record's. */
  readonly type: string
  readonly title: string
  readonly service: string | null
  /** `compensation` is drawn mirrored below the step that it undoes. */
  readonly lane: 'forward' | 'compensation'
  readonly undoes: string | null
  readonly state: 'done' | 'to-come' | 'failed' | 'not-needed'
  readonly at: Time | null
  /** Queue time before, and work time of, this step; null where no trace tells them apart. */
  readonly waitedMs: number | null
  readonly workedMs: number | null
  readonly record: Dot | null
}

export interface SpanRow {
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | null
  readonly service: string
  readonly name: string
  readonly startMs: Time
  readonly durationMs: number
  readonly failed: boolean
}

export interface SagaStory {
  readonly summary: SagaSummary
  readonly steps: readonly StoryStep[]
  /** Every record of the order, in the order seen. */
  readonly records: readonly Dot[]
  readonly spans: readonly SpanRow[]
}

export interface Passport {
  readonly dot: Dot
  /** Parsed value, or null where it is no JSON. */
  readonly envelope: unknown
  /** The value as text, at most 16 KiB; control characters escaped. */
  readonly raw: string
  readonly rawBytes: number
  readonly headers: Readonly<Record<string, string>>
  /** Where it differs from the schema of its type, in words. */
  readonly problems: readonly string[]
  readonly handlings: readonly Handling[]
  /** Per consumer group: is the record behind its committed offset? */
  readonly groups: readonly { readonly group: string; readonly done: boolean; readonly member: string | null }[]
  readonly spans: readonly SpanRow[]
  readonly causedBy: Dot | null
  readonly causes: readonly Dot[]
  /** Where it went, or came from, if it is dead. */
  readonly deadLetter: Dot | null
  readonly origin: Dot | null
}

// Numbers ------------------------------------------------------------------------------------------------------------

export interface ServiceState {
  readonly name: string
  /** `frozen`: it holds its port but does not answer. */
  readonly health: 'up' | 'starting' | 'frozen' | 'down'
  readonly instances: number
  /** Rows not yet sent; null where the service does not tell. */
  readonly outboxDepth: number | null
  readonly outboxOldestMs: number | null
}

export interface GroupState {
  readonly group: string
  readonly service: string | null
  readonly state: string
  readonly lag: number
  readonly members: readonly { readonly id: string; readonly partitions: Readonly<Record<string, readonly number[]>> }[]
  readonly lagByPartition: readonly { readonly topic: string; readonly partition: number; readonly lag: number }[]
}

/** Since the hub started, and over the last ten seconds. */
export interface Numbers {
  readonly ordersPerS: number
  readonly eventsPerS: number
  readonly criticalP50Ms: number | null
  readonly criticalP99Ms: number | null
  readonly retries: number
  readonly duplicates: number
  readonly deadLetters: number
  /** By service, what it said that it made of the records that it read. Absent from recordings of before. */
  readonly handlings?: Readonly<Record<string, Readonly<Partial<Record<Handling['outcome'], number>>>>>
  readonly sagas: Readonly<Record<SagaStatus, number>>
}

// The socket ---------------------------------------------------------------------------------------------------------

export interface Snapshot {
  readonly t: 'snapshot'
  readonly version: number
  readonly n: number
  readonly at: Time
  /** Differs after a restart of the hub: the page forgets what it held. */
  readonly run: string
  readonly topology: Topology
  readonly counts: Readonly<Record<string, EdgeCount>>
  readonly numbers: Numbers
  readonly series: readonly SeriesPoint[]
  readonly services: readonly ServiceState[]
  readonly groups: readonly GroupState[]
  readonly faults: readonly FaultView[]
  readonly sagas: readonly SagaSummary[]
  readonly recent: readonly Dot[]
  readonly lesson: LessonState | null
  readonly votes: Readonly<Record<string, number>>
  readonly viewers: number
}

/** Exact totals since the hub started, by outcome. A consume edge counts what its group has committed. */
export type EdgeCount = Readonly<Partial<Record<Kind, number>>>

export interface SeriesPoint {
  readonly at: Time
  readonly ordersPerS: number
  readonly criticalP50Ms: number | null
  readonly criticalP99Ms: number | null
  readonly lag: Readonly<Record<string, number>>
  readonly outbox: number
  readonly retries: number
  readonly deadLetters: number
}

/** Only what changed since the last frame that this client got. Counts are totals, so that none is lost with a frame. */
export interface Frame {
  readonly t: 'frame'
  readonly n: number
  readonly at: Time
  readonly counts?: Readonly<Record<string, EdgeCount>>
  /** At most 60, plus all that is never sampled away: failures, retries, duplicates, dead letters, the followed order. */
  readonly dots?: readonly Dot[]
  /** Records since the last frame, drawn or not. */
  readonly total: number
  readonly handlings?: readonly Handling[]
  /** Those that changed, at most every 200 ms, at once for who follows an order; where more than 100 did, the newest. */
  readonly sagas?: readonly SagaSummary[]
  readonly numbers?: Numbers
  readonly point?: SeriesPoint
  readonly services?: readonly ServiceState[]
  readonly groups?: readonly GroupState[]
  readonly faults?: readonly FaultView[]
  readonly topology?: Topology
  readonly lesson?: LessonState | null
  readonly votes?: Readonly<Record<string, number>>
  readonly viewers?: number
}

export type FromHub = Snapshot | Frame

export type FromPage =
  | { readonly t: 'ack'; readonly n: number }
  /** `samples: false` while the tab is hidden; on return the hub sends a snapshot. */
  | { readonly t: 'want'; readonly samples: boolean; readonly follow: string | null }

// Orders to the back end ---------------------------------------------------------------------------------------------

export interface FaultView {
  readonly id: string
  /** The service, topic or broker that it breaks. */
  readonly target: string
  readonly title: string
  readonly phase: 'off' | 'asked' | 'confirmed' | 'unavailable'
  readonly reason: string | null
  readonly settings: Readonly<Record<string, unknown>>
  /** JSON Schema of the settings, to draw a form from. */
  readonly schema: unknown
  readonly injected: number
  readonly since: Time | null
  readonly mendsAt: Time | null
  readonly seed: number | null
}

export interface FaultRequest {
  readonly settings?: Readonly<Record<string, unknown>>
  /** Mends itself after this many ms. Default 60,000; null: never. */
  readonly forMs?: number | null
  readonly seed?: number
}

export interface OrderRequest {
  readonly productId: number
  readonly quantity: number
  readonly amount: number
  /** Default: as the shop does it by itself. */
  readonly saga?: 'orchestration'
  /** Default 1. */
  readonly count?: number
  /** Orders a second; default: all at once. */
  readonly ratePerS?: number
}

/** What one call may ask for: so many orders, over so many seconds. */
export const ORDER_LIMITS = { count: 5_000, ratePerS: 200, seconds: 120 } as const

export interface OrderAnswer {
  readonly accepted: number
  readonly refused: number
  readonly orderIds: readonly string[]
}

/** What lessons do to the whole shop beside orders and faults. */
export const DEEDS = ['log-in', 'rebuild-figures', 'forget-user'] as const
export type DeedName = (typeof DEEDS)[number]

export interface DeedAnswer {
  /** What was measured. */
  readonly words: string
}

export interface ScaleRequest {
  readonly service: string
  /** 1…3. */
  readonly instances: number
}

export interface RewindRequest {
  readonly group: string
  readonly topic: string
}

export interface DeadLetterRow {
  readonly dot: Dot
  readonly error: string
  readonly attempts: number | null
  readonly group: string | null
  readonly originTopic: string | null
  readonly originPartition: number | null
  readonly originOffset: string | null
  /** It was published again from here before. */
  readonly replayed: boolean
}

export interface ReplayRequest {
  readonly letters: readonly { readonly topic: string; readonly partition: number; readonly offset: string }[]
  /** Published instead of the stored value; only with one letter. */
  readonly editedValue?: string
  /** Letters a second; default: as fast as they are taken. */
  readonly ratePerS?: number
}

/** JSON, one value a line. */
export const LINES = 'application/x-ndjson'

export interface ReplayOutcome {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly outcome: 'handled' | 'failed-again' | 'duplicate-ignored' | 'published'
  readonly words: string
}

/** A page opens such a file without a hub or a broker. */
export interface Recording {
  readonly format: 'saga-lab-recording'
  readonly version: number
  readonly from: Time
  readonly to: Time
  readonly snapshot: Snapshot
  readonly frames: readonly Frame[]
  /** For the passports and stories of what is in the frames. */
  readonly passports: readonly Passport[]
  readonly stories: readonly SagaStory[]
}

export interface LessonState {
  readonly lesson: string
  readonly step: number
  readonly voteOpen: boolean
}

export interface Vote {
  readonly lesson: string
  readonly choice: number
}
