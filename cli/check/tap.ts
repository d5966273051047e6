import type { Bus, Consumption, LogRecord } from '../../kit/kafka/bus.ts'
import { TOPICS } from './contract.ts'
import type { Recorder } from './recorder.ts'

/** Reads the core topics into the history while a scenario runs, in a group of its own that commits nothing. */
export async function startTap(bus: Bus, recorder: Recorder): Promise<Consumption> {
  const last = new Map<string, bigint>()
  const tap = await bus.consume({
    group: 'lab-check',
    topics: TOPICS,
    commit: false,
    maxWaitMs: 100,
    sessionTimeoutMs: 30_000,
    onRecords: async (delivery) => {
      // A reader that had to start again reads from the beginning: what is in the history already is not written twice.
      const place = `${delivery.topic}/${delivery.partition}`
      for (const record of delivery.records) {
        if (record.offset <= (last.get(place) ?? -1n)) continue
        last.set(place, record.offset)
        recorder.record(seen(record, recorder.now()))
      }
    },
    onFatal: (error) => void recorder.moment('the reader of the kit failed', { detail: error.message }),
  })
  await tap.ready
  return tap
}

function seen(record: LogRecord, at: number) {
  return {
    at,
    topic: record.topic,
    partition: record.partition,
    offset: Number(record.offset),
    key: record.key?.toString('utf8') ?? null,
    value: record.value?.toString('utf8') ?? null,
    timestamp: record.timestamp,
  }
}
