/**
 * What our programs ask of Apache Kafka. Everything outside kit/kafka speaks this interface, so that
 * the traps of one client library are worked around in one folder, and another client could take its place.
 */

/** Header values are text; a header that occurs more than once keeps its last value. */
export type Headers = Readonly<Record<string, string>>

/** A record on its way to the broker. `value: null` is a tombstone. */
export interface OutgoingRecord {
  readonly topic: string
  /** Decides the partition (murmur2, as the Java client does). `null` spreads records. */
  readonly key: string | null
  readonly value: string | null
  readonly headers?: Headers
}

/** A record as the broker keeps it. Key and value are bytes: they are somebody else's until they are parsed. */
export interface LogRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Headers
  /** Milliseconds since 1970, as the producer's clock or the broker's gave it. */
  readonly timestamp: number
}

export interface TopicSpec {
  readonly topic: string
  readonly partitions: number
  readonly replicationFactor?: number
  readonly config?: Readonly<Record<string, string>>
}

export interface TopicInfo {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly low: bigint; readonly high: bigint }[]
}

export interface PartitionLag {
  readonly topic: string
  readonly partition: number
  /** Next offset that the group will read; `null` where it has never committed. */
  readonly committed: bigint | null
  readonly high: bigint
  readonly lag: bigint
}

export interface GroupInfo {
  readonly group: string
  /** As the broker names it: Stable, Empty, PreparingRebalance, CompletingRebalance, Dead. */
  readonly state: string
  readonly members: readonly {
    readonly memberId: string
    readonly clientId: string
    readonly assignment: Readonly<Record<string, readonly number[]>>
  }[]
}

/** What a handler gets: the records of one partition, in order, and the means to go on. */
export interface Delivery {
  readonly topic: string
  readonly partition: number
  readonly records: readonly LogRecord[]
  /** False once the partition was taken away or the consumer stops: the rest of the batch is another's. */
  readonly isCurrent: () => boolean
}

export interface ConsumeOptions {
  readonly group: string
  readonly topics: readonly (string | RegExp)[]
  /** Where a group that has no committed offset starts. Default `earliest`. */
  readonly from?: 'earliest' | 'latest'
  /**
   * Called once a partition and fetch; calls for several partitions run side by side, so that the handler can gather
   * them into one unit of work. The offsets behind the records count as done when it returns. It must not throw for a bad record:
   * what it throws is taken as a passing fault of the machine, and the same records come again after `retryDelayMs`.
   */
  readonly onRecords: (delivery: Delivery) => Promise<void>
  /** Told on every change of the assignment. */
  readonly onAssigned?: (assignment: Readonly<Record<string, readonly number[]>>) => void
  /** Told once when the consumer is dead for good (the library gave up, ACL missing, …). The process should end. */
  readonly onFatal?: (error: KafkaFault) => void
  /** Awaited before each offset commit, beside the fetches: what the records led to is safe only then. The commit waits as long as it takes. */
  readonly beforeCommit?: () => Promise<void>
  /** Told after each offset commit that the broker acknowledged. */
  readonly onCommitted?: () => void
  readonly sessionTimeoutMs?: number
  readonly heartbeatIntervalMs?: number
  /** Longest wait of one fetch for new records: also bounds how long a stop takes. Default 250 ms. */
  readonly maxWaitMs?: number
  /** A fetch waits for as many bytes of records, though no longer than `maxWaitMs`: fewer, larger deliveries for whoever is in no hurry. Default 1. */
  readonly minBytes?: number
  /**
   * Milliseconds between a delivery and the next fetch, asked each time: what comes meanwhile comes together, and what comes after a lull does not wait. A stop
   * waits for it. Default 0.
   */
  readonly restMs?: () => number
  readonly maxBytesPerPartition?: number
  /** Pause of a partition after its handler threw, before the same records come again. Default 500 ms. */
  readonly retryDelayMs?: number
  /** How long joining the group may take before `ready` rejects with `start-deadline`. Default 10,000 ms. */
  readonly startDeadlineMs?: number
  /** `false`: never commit (a tap). Default `true`: commit after the handler returned. */
  readonly commit?: boolean
}

export interface Consumption {
  /** Resolves when the group has assigned partitions (possibly none) to this member; rejects with KafkaFault `start-deadline`. */
  readonly ready: Promise<void>
  pause(topics: readonly string[]): void
  resume(topics: readonly string[]): void
  /** Moves this member's position; only for partitions that it owns. */
  seek(topic: string, partition: number, offset: bigint): void
  /** `performance.now()` of the last successful heartbeat or fetch: liveness probes read it. */
  lastContact(): number
  isHealthy(): boolean
  /** Finishes the batch at hand, commits, leaves the group. Never takes longer than `deadlineMs` (default 4,000). */
  stop(deadlineMs?: number): Promise<void>
}

export interface Bus {
  /** Sends all records with acks=all and resolves when every one is stored; on rejection any of them may be stored. */
  send(records: readonly OutgoingRecord[]): Promise<void>
  consume(options: ConsumeOptions): Promise<Consumption>
  /**
   * Reads whole partitions without a group of its own, up to the high watermarks at the time of the call. Where `onRecord` returns a promise, the
   * partition waits for it, so that a long log is never in memory as a whole.
   */
  read(topics: readonly string[], onRecord: (record: LogRecord) => unknown, deadlineMs?: number): Promise<void>
  /** Creates what is missing and waits for leaders; returns the names that it made. */
  createTopics(specs: readonly TopicSpec[]): Promise<string[]>
  deleteTopics(topics: readonly string[]): Promise<void>
  /** All topics that do not start with `__`, or just those named (unknown ones are left out). */
  topics(names?: readonly string[]): Promise<TopicInfo[]>
  /** Names of the topics that do not start with `__`, with their number of partitions: one cheap question, fit to be asked often. */
  partitions(): Promise<Map<string, number>>
  groups(): Promise<GroupInfo[]>
  group(group: string): Promise<GroupInfo>
  deleteGroup(group: string): Promise<void>
  lag(group: string, topics?: readonly string[]): Promise<PartitionLag[]>
  /** First offset of each partition whose record is at or after `time` (ms); the high watermark where there is none. */
  offsetsAt(topic: string, time: number): Promise<Map<number, bigint>>
  /** Sets a group's committed offsets. Throws `group-active` while it has members. */
  setOffsets(group: string, topic: string, offsets: ReadonlyMap<number, bigint>): Promise<void>
  close(): Promise<void>
}

/** Everything that can go wrong at the Kafka edge, with the facts that a caller acts on. */
export type KafkaFaultCode =
  | 'unreachable'
  | 'unknown-topic'
  | 'not-authorized'
  | 'group-active'
  | 'start-deadline'
  | 'timeout'
  | 'too-large'
  | 'closed'
  | 'crashed'
  | 'other'

export class KafkaFault extends Error {
  override readonly name = 'KafkaFault'
  readonly code: KafkaFaultCode
  /** May the same call succeed later without anybody changing anything? */
  readonly retriable: boolean
  /** May it have taken effect although it failed? (Jepsen's `info`.) */
  readonly indefinite: boolean
  constructor(
    code: KafkaFaultCode,
    message: string,
    facts: { retriable?: boolean; indefinite?: boolean; cause?: unknown } = {},
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.retriable = facts.retriable ?? false
    this.indefinite = facts.indefinite ?? false
  }
}

export interface BusOptions {
  /** host:port of at least one broker. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Receives the library's noise; default: warnings and errors to stderr, normal start-up noise dropped. */
  readonly log?: (entry: { level: 'debug' | 'info' | 'warn' | 'error'; message: string; extra?: unknown }) => void
  readonly requestTimeoutMs?: number
  readonly connectTimeoutMs?: number
  readonly sasl?: {
    readonly mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain'
    readonly username: string
    readonly password: string
  }
  readonly ssl?: { readonly ca?: string } | boolean
}
