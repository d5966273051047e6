import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus, BusOptions, ConsumeOptions, Consumption, LogRecord } from './bus.ts'

/** For tests: the brokers that `KAFKA_BROKERS` names. */
export function brokersForTests(): string[] {
  const brokers = process.env.KAFKA_BROKERS
  assert.ok(
    brokers,
    'KAFKA_BROKERS is not set: these tests need a real Kafka, for example KAFKA_BROKERS=127.0.0.1:9092',
  )
  return brokers.split(',')
}

/** Waits for a condition, never for a time. A look that takes long is taken less often, so that looking does not slow down what it waits for. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, deadlineMs = 30_000): Promise<void> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const since = performance.now()
    if (await holds()) return
    const now = performance.now()
    assert.ok(now < end, `not within ${deadlineMs} ms: ${what}`)
    await sleep(Math.min(Math.max(10, 3 * (now - since)), 300))
  }
}

/** What one test makes in Kafka, and takes away again. */
export interface Scratch {
  readonly bus: Bus
  topic(partitions?: number, config?: Record<string, string>): Promise<string>
  group(): string
  /** Consumes with a quick session; resolves when the member has joined. `seen` fills with what was delivered. */
  consume(
    options: Partial<ConsumeOptions> & Pick<ConsumeOptions, 'topics'>,
  ): Promise<Consumption & { seen: LogRecord[]; group: string }>
}

/** Short enough for tests of lost members; the broker must allow it (`group.min.session.timeout.ms`). */
export const QUICK = { sessionTimeoutMs: 1_500, heartbeatIntervalMs: 300 } as const

const TOLD_LINES = 60

export function scratch(
  t: TestContext,
  createBus: (options: BusOptions) => Bus,
  options: Partial<BusOptions> = {},
): Scratch {
  const told: string[] = []
  const begun = performance.now()
  const log: BusOptions['log'] = ({ level, message }) =>
    void told.push(`${Math.round(performance.now() - begun)} ms ${level} ${message}`)
  const quiet = { brokers: brokersForTests(), clientId: 'test', log, ...options }
  const bus = createBus(quiet)
  const topics: string[] = []
  const groups = new Set<string>()
  const started: Consumption[] = []
  const name = (kind: string): string => `test-${kind}-${randomUUID().slice(0, 13)}`
  const group = (): string => {
    const made = name('group')
    groups.add(made)
    return made
  }
  t.after(async () => {
    // A test that waited in vain shows what the client had to say meanwhile.
    if (!t.passed) for (const line of told.slice(-TOLD_LINES)) t.diagnostic(line)
    await Promise.all(started.map((one) => one.stop()))
    const cleaner = createBus({ ...quiet, brokers: brokersForTests() })
    const gone = (group: string): Promise<boolean> =>
      cleaner.deleteGroup(group).then(
        () => true,
        () => false,
      )
    try {
      for (const one of groups) await until(() => gone(one), `the end of group ${one}`)
      await cleaner.deleteTopics(topics)
    } finally {
      await Promise.all([cleaner.close(), bus.close()])
    }
  })
  return {
    bus,
    group,
    topic: async (partitions = 1, config = {}) => {
      const topic = name('topic')
      topics.push(topic)
      await bus.createTopics([{ topic, partitions, config }])
      return topic
    },
    consume: async (wanted) => {
      const seen: LogRecord[] = []
      const onRecords: ConsumeOptions['onRecords'] = async ({ records }) => void seen.push(...records)
      const settings = { group: wanted.group ?? group(), onRecords, ...QUICK, ...wanted }
      const consumption = await bus.consume(settings)
      started.push(consumption)
      await consumption.ready
      return { ...consumption, seen, group: settings.group }
    },
  }
}

/** `count` records of one topic; key and value tell their place. */
export const numbered = (topic: string, count: number, key: string | null = null, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ topic, key: key ?? `key-${from + i}`, value: `value-${from + i}` }))

export const valuesOf = (records: readonly LogRecord[]): string[] => records.map((record) => String(record.value))

/** How many different records: one that came twice, as it may after a change of members, counts once. */
export const distinct = (records: readonly LogRecord[]): number =>
  new Set(records.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`)).size
