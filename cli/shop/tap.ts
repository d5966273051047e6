import type { Bus, Consumption, KafkaFault, LogRecord } from '../../kit/kafka/bus.ts'

export interface TapOptions {
  /** Shown as the name of its consumer group, with an id of its own behind it. */
  readonly name: string
  readonly topics: readonly string[]
  /** `now` (default): what is written from this call on, without a gap. `beginning`: all that is still kept. */
  readonly from?: 'now' | 'beginning'
  /**
   * `topic/partition` → offset to go on at; kept up to date. Give it to a later tap, and that goes on where this one stopped. `from` is for
   * places that are missing in it.
   */
  readonly positions?: Map<string, bigint>
  /** The records of one partition, in order. */
  readonly onRecords: (records: readonly LogRecord[]) => void
  readonly onFatal?: (fault: KafkaFault) => void
  /** Between two fetches, so that a stream of records costs fewer of them. Default 0. */
  readonly restMs?: number
}

export interface Tap {
  stop(): Promise<void>
}

/**
 * Listens to topics without taking part: it commits nothing, and its group is gone afterwards. It keeps its own positions, so that
 * neither the time until it has joined nor a lost connection costs or repeats a record.
 */
export async function startTap(bus: Bus, options: TapOptions): Promise<Tap> {
  const next = options.positions ?? new Map<string, bigint>()
  for (const { topic, partitions } of await bus.topics(options.topics)) {
    for (const { partition, low, high } of partitions) {
      const place = `${topic}/${partition}`
      if (!next.has(place)) next.set(place, options.from === 'beginning' ? low : high)
    }
  }
  let consumption: Consumption | undefined
  consumption = await bus.consume({
    group: options.name,
    topics: options.topics,
    commit: false,
    from: 'latest',
    onAssigned: (assignment) => {
      for (const [topic, partitions] of Object.entries(assignment)) {
        for (const partition of partitions) {
          const position = next.get(`${topic}/${partition}`)
          if (position !== undefined) consumption?.seek(topic, partition, position)
        }
      }
    },
    onRecords: async ({ topic, partition, records }) => {
      const place = `${topic}/${partition}`
      const position = next.get(place) ?? 0n
      const fresh =
        (records[0]?.offset ?? 0n) >= position ? records : records.filter(({ offset }) => offset >= position)
      const last = fresh.at(-1)
      if (last === undefined) return
      next.set(place, last.offset + 1n)
      options.onRecords(fresh)
    },
    restMs: () => options.restMs ?? 0,
    ...(options.onFatal === undefined ? {} : { onFatal: options.onFatal }),
  })
  await consumption.ready
  const running = consumption
  return { stop: () => running.stop() }
}
