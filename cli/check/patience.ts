import { setTimeout as pause } from 'node:timers/promises'
import { type Bus, KafkaFault } from '../../kit/kafka/bus.ts'

const LONGEST = 15_000
/** No answer at all for so long: the question is lost. */
const LOST = 12_000

/**
 * The bus, with questions asked again while the broker says "not yet": just started, it loads its groups for a while. Sending is left alone:
 * a record that was sent twice would be the kit's own duplicate.
 */
export function patientBus(bus: Bus): Bus {
  return {
    ...bus,
    send: (records) => answered(bus.send(records), 30_000),
    consume: (options) => answered(bus.consume(options), 30_000),
    close: () => answered(bus.close(), 6_000),
    topics: (names) => patiently(() => bus.topics(names)),
    partitions: () => patiently(() => bus.partitions()),
    read: (...args) => patiently(() => bus.read(...args), 40_000),
    createTopics: (specs) => patiently(() => bus.createTopics(specs)),
    deleteTopics: (topics) => patiently(() => bus.deleteTopics(topics)),
    groups: () => patiently(() => bus.groups()),
    group: (group) => patiently(() => bus.group(group)),
    lag: (group, topics) => patiently(() => bus.lag(group, topics)),
    deleteGroup: (group) => patiently(() => bus.deleteGroup(group)),
  }
}

/** An unreachable broker is told at once: whether it died is for the caller to find out. */
async function patiently<T>(ask: () => Promise<T>, lostMs = LOST): Promise<T> {
  const end = performance.now() + LONGEST
  for (;;) {
    try {
      return await answered(ask(), lostMs)
    } catch (error) {
      const passing =
        error instanceof KafkaFault && error.retriable && !/ECONNREFUSED|ECONNRESET|closed/i.test(error.message)
      if (!passing || performance.now() > end) throw error
      await pause(150)
    }
  }
}

/** The client may lose a question for ever, with its connection in good health. */
async function answered<T>(answer: Promise<T>, deadlineMs: number): Promise<T> {
  answer.catch(() => {})
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const fault = new KafkaFault('timeout', `The broker has not answered for ${deadlineMs} ms.`, { retriable: true })
    timer = setTimeout(() => reject(fault), deadlineMs)
  })
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
