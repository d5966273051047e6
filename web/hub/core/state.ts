import type { LogRecord } from '../../../kit/kafka/bus.ts'
import { Recent } from '../../../kit/telemetry/recent.ts'
import type { ShopModel, TopicModel } from '../model.ts'
import type {
  FaultView,
  GroupState,
  Handling,
  LessonState,
  Numbers,
  SeriesPoint,
  ServiceState,
  SpanRow,
  Time,
  Topology,
} from '../protocol.ts'
import { Committed, Counts } from './counts.ts'
import type { Work } from './otlp.ts'
import { Part } from './part.ts'
import { Durations, Rate } from './rates.ts'
import { Ring } from './ring.ts'
import { type Plans, plansOf } from './saga.ts'
import { Sagas } from './sagas.ts'
import { placeOf, placeOfDot, type Reading, readRecord, type Seen } from './seen.ts'
import { consumeEdge, type Found, layOut, produceEdge } from './topology.ts'

export const EVENTS = 5_000
const SERIES = 300
const IDS = 50_000
const PLACES = 20_000
const TRACES = 5_000
const SPANS_A_TRACE = 100
const WORKS_A_RECORD = 20

/** Everything that the hub knows. Records, spans and looks at the shop go in; frames, stories and passports are read from it. No I/O, no clock of its own. */
export class HubState {
  readonly model: ShopModel
  readonly #plans: Plans
  readonly records = new Ring<Seen>(EVENTS)
  readonly handlings = new Ring<Handling>(EVENTS)
  readonly sagas: Sagas
  readonly counts = new Counts()
  readonly committed = new Committed()
  readonly topology: Part<Topology>
  readonly services = new Part<readonly ServiceState[]>([])
  readonly groups = new Part<readonly GroupState[]>([])
  readonly faults = new Part<readonly FaultView[]>([])
  readonly lesson = new Part<LessonState | null>(null)
  readonly votes = new Part<Readonly<Record<string, number>>>({})
  readonly viewers = new Part<number>(0)
  readonly numbers: Part<Numbers>
  readonly series = new Ring<SeriesPoint>(SERIES)
  /** Place of a record → where its dead letter lies, and the other way round. */
  readonly deadLetters = new Recent<Seen>(PLACES)
  /** Place of a dead letter → the newest record that replayed it. */
  readonly replays = new Recent<Seen>(PLACES)
  readonly #works = new Recent<readonly Work[]>(PLACES)
  readonly #traces = new Recent<readonly SpanRow[]>(TRACES)
  readonly #ids = new Recent<true>(IDS)
  readonly #topics: ReadonlyMap<string, TopicModel>
  readonly #serviceNames: ReadonlySet<string>
  readonly #orders = new Rate()
  readonly #events = new Rate()
  readonly #critical = new Durations()
  #retries = 0
  #duplicates = 0
  #letters = 0
  /** By service of the model alone: names in spans are anybody's. */
  readonly #handled = new Map<string, Partial<Record<Handling['outcome'], number>>>()

  constructor(model: ShopModel) {
    this.model = model
    this.#plans = plansOf(model.topics)
    this.sagas = new Sagas(this.#plans, (ms, at) => this.#critical.add(ms, at))
    this.#topics = new Map(model.topics.map((topic) => [topic.name, topic]))
    this.#serviceNames = new Set(model.services.map(({ name }) => name))
    this.topology = new Part(layOut(model, { partitions: new Map(), reads: new Map(), urls: new Map() }))
    this.numbers = new Part(this.#count(0))
  }

  /** A record of a topic, as the tap brought it. */
  addRecord(record: LogRecord, now: Time): Seen {
    const seen = readRecord(record, this.reading(now))
    const { dot } = seen
    this.records.push(seen)
    this.committed.begin(record.topic, record.partition, record.offset)
    this.#events.add(now)
    if (seen.step === this.#plans.choreography[0]?.id && !dot.duplicate) this.#orders.add(now)
    if (dot.duplicate) this.#duplicates++
    if (dot.from !== null) this.counts.add(produceEdge(dot.from, dot.topic), dot.kind)
    if (seen.origin !== null) {
      this.#letters++
      this.deadLetters.set(seen.origin, seen)
    } else if (seen.replayedFrom !== null) {
      // Not for a letter: a replayed record that fails again takes its headers along.
      this.replays.set(seen.replayedFrom, seen)
    }
    if (dot.orderId !== null) this.sagas.add(dot.orderId, seen)
    return seen
  }

  /** Reads a record that is not to be counted, such as one from before the hub. */
  look(record: LogRecord, now: Time): Seen {
    return readRecord(record, { ...this.reading(now), wasThere: () => false })
  }

  /** What a consumer says that it did with a record. */
  addWork(work: Work): void {
    const { startMs: _start, workedMs: _worked, ...handling } = work
    this.handlings.push(handling)
    const place = placeOf(work.topic, work.partition, work.offset)
    this.#works.set(place, [...this.worksOf(place), work].slice(-WORKS_A_RECORD))
    if (work.orderId !== null) this.sagas.handled(work.orderId)
    this.#countHandling(work)
    // However that try ended.
    if (work.attempt < 2) return
    this.#retries++
    if (work.orderId !== null) this.sagas.mark(work.orderId, 'retry')
  }

  #countHandling({ service, outcome }: Handling): void {
    if (!this.#serviceNames.has(service)) return
    const counts = this.#handled.get(service) ?? {}
    this.#handled.set(service, { ...counts, [outcome]: (counts[outcome] ?? 0) + 1 })
  }

  addSpan(span: SpanRow): void {
    const known = this.#traces.get(span.traceId) ?? []
    if (known.length < SPANS_A_TRACE) this.#traces.set(span.traceId, [...known, span])
  }

  worksOf(place: string): readonly Work[] {
    return this.#works.get(place) ?? []
  }

  handlingsOf(place: string): readonly Handling[] {
    return this.worksOf(place).map(({ startMs: _start, workedMs: _worked, ...handling }) => handling)
  }

  /** The order that a message key of a topic means; null where the topic belongs to no order. */
  orderIdOf(topic: string, key: string): string | null {
    return key !== '' && this.#topics.get(topic)?.ofOrder ? key : null
  }

  spansOf(traceId: string | null): readonly SpanRow[] {
    return traceId === null ? [] : [...(this.#traces.get(traceId) ?? [])].sort((a, b) => a.startMs - b.startMs)
  }

  /** The records still held in memory, newest first, of which `wanted` is true. */
  find(wanted: (seen: Seen) => boolean): Seen | undefined {
    for (let n = this.records.last; n > this.records.last - EVENTS; n--) {
      const seen = this.records.at(n)
      if (seen === undefined) return undefined
      if (wanted(seen)) return seen
    }
    return undefined
  }

  at(place: string): Seen | undefined {
    return this.find(({ dot }) => placeOfDot(dot) === place)
  }

  /** What consumer groups have committed since the last look. */
  commit(group: string, service: string | null, topic: string, partition: number, committed: bigint | null): void {
    const taken = this.committed.advance(group, topic, partition, committed)
    if (service !== null) this.counts.add(consumeEdge(topic, service), this.#topics.get(topic)?.kind ?? 'ok', taken)
  }

  layOut(found: Found, can?: Topology['can']): void {
    this.topology.set({ ...layOut(this.model, found), ...(can === undefined ? {} : { can }) })
  }

  /** To be called about twice a second. */
  refresh(now: Time): void {
    this.sagas.findStuck(now)
    this.numbers.set(this.#count(now))
  }

  /** To be called once a second: another point of the curves. */
  addPoint(now: Time): SeriesPoint {
    const { ordersPerS, criticalP50Ms, criticalP99Ms, retries, deadLetters } = this.numbers.value
    const lag = Object.fromEntries(this.groups.value.map((group) => [group.group, group.lag]))
    const outbox = this.services.value.reduce((sum, { outboxDepth }) => sum + (outboxDepth ?? 0), 0)
    const point = { at: now, ordersPerS, criticalP50Ms, criticalP99Ms, lag, outbox, retries, deadLetters }
    this.series.push(point)
    return point
  }

  #count(now: Time): Numbers {
    const { p50, p99 } = this.#critical.percentiles(now)
    return {
      ordersPerS: this.#orders.perSecond(now),
      eventsPerS: this.#events.perSecond(now),
      criticalP50Ms: p50,
      criticalP99Ms: p99,
      retries: this.#retries,
      duplicates: this.#duplicates,
      deadLetters: this.#letters,
      handlings: Object.fromEntries(this.#handled),
      sagas: this.sagas.counts,
    }
  }

  /** What reading a record needs; reading one with it notes its event id. */
  reading(now: Time): Reading {
    return {
      seq: this.records.last + 1,
      now,
      topic: (name) => this.#topics.get(name) ?? null,
      isService: (name) => this.#serviceNames.has(name),
      wasThere: (topic, id) => {
        const known = this.#ids.has(`${topic} ${id}`)
        if (!known) this.#ids.set(`${topic} ${id}`, true)
        return known
      },
    }
  }
}
