import { setTimeout as pause } from 'node:timers/promises'
import { type Bus, KafkaFault } from '../../kit/kafka/bus.ts'

const LONGEST = 15_000

/**
 * The bus, with questions asked again while the broker says "not yet": just started, it loads its groups for a while. Sending is left alone:
 * a record that was sent twice would be the kit's own duplicate.
 */
export function patientBus(bus: Bus): Bus {
  return {
    ...bus,
    topics: (names) => patiently(() => bus.topics(names)),
    read: (...args) => patiently(() => bus.read(...args)),
    createTopics: (specs) => patiently(() => bus.createTopics(specs)),
    deleteTopics: (topics) => patiently(() => bus.deleteTopics(topics)),
    groups: () => patiently(() => bus.groups()),
    group: (group) => patiently(() => bus.group(group)),
    lag: (group, topics) => patiently(() => bus.lag(group, topics)),
    deleteGroup: (group) => patiently(() => bus.deleteGroup(group)),
  }
}

/** An unreachable broker is told at once: whether it died is for the caller to find out. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const end = performance.now() + LONGEST
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const passing =
        error instanceof KafkaFault && error.retriable && !/ECONNREFUSED|ECONNRESET|closed/i.test(error.message)
      if (!passing || performance.now() > end) throw error
      await pause(150)
    }
  }
}
