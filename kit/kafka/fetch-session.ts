/** From where one partition is to be read, as kafkajs asks for it. Offsets are decimal strings. */
export interface Wanted {
  readonly topic: string
  readonly partitions: readonly {
    readonly partition: number
    readonly fetchOffset: string
    readonly maxBytes: number
  }[]
}

/** What one fetch request says of the session. */
export interface SessionQuestion {
  readonly sessionId: number
  readonly sessionEpoch: number
  /** New to the broker, or to be read from elsewhere than it knows. */
  readonly topics: readonly Wanted[]
  readonly forgottenTopics: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
}

type Partitions = ReadonlyMap<number, Wanted['partitions'][number]>

/** A request of this epoch names every partition, ends the session that it names and asks for a new one. */
const FIRST_EPOCH = 0
const LAST_EPOCH = 0x7f_ff_ff_ff

/**
 * The client's half of a fetch session (Kafka's KIP-227): the broker remembers which partitions are read from where, so that a
 * request names those that changed since the last one, and an answer those that have something new.
 * One request at a time; each is followed by `answered` or `failed`.
 */
export class FetchSession {
  #id = 0
  #epoch = FIRST_EPOCH
  #told: ReadonlyMap<string, Partitions> = new Map()

  ask(wanted: readonly Wanted[]): SessionQuestion {
    const before = this.#epoch === FIRST_EPOCH ? new Map<string, Partitions>() : this.#told
    this.#told = new Map(
      wanted.map(({ topic, partitions }) => [topic, new Map(partitions.map((one) => [one.partition, one]))]),
    )
    return {
      sessionId: this.#id,
      sessionEpoch: this.#epoch,
      topics: changed(before, wanted),
      forgottenTopics: forgotten(before, this.#told),
    }
  }

  /** `sessionId` is 0 where the broker has no room for a session: the next request names everything again. */
  answered(sessionId: number): void {
    this.#id = sessionId
    this.#epoch = sessionId === 0 || this.#epoch === LAST_EPOCH ? FIRST_EPOCH : this.#epoch + 1
  }

  /** Nobody knows what the broker remembers, or it said that it forgot: the next request begins a new session. */
  failed(): void {
    this.#epoch = FIRST_EPOCH
  }
}

function changed(before: ReadonlyMap<string, Partitions>, wanted: readonly Wanted[]): Wanted[] {
  const differs = (known: Partitions | undefined) => (one: Wanted['partitions'][number]) => {
    const told = known?.get(one.partition)
    return told?.fetchOffset !== one.fetchOffset || told.maxBytes !== one.maxBytes
  }
  return wanted
    .map(({ topic, partitions }) => ({ topic, partitions: partitions.filter(differs(before.get(topic))) }))
    .filter(({ partitions }) => partitions.length > 0)
}

function forgotten(before: ReadonlyMap<string, Partitions>, now: ReadonlyMap<string, Partitions>) {
  return [...before]
    .map(([topic, known]) => ({ topic, partitions: [...known.keys()].filter((one) => !now.get(topic)?.has(one)) }))
    .filter(({ partitions }) => partitions.length > 0)
}
