import type { LogRecord } from '../../../kit/kafka/bus.ts'
import { deadLetterTopic } from '../../../kit/service/dead-letter.ts'
import type { ShopModel } from '../model.ts'
import type { ShopPorts } from '../ports.ts'
import { every } from './every.ts'

const MOST = 60
const SOON_MS = 1_000
const LATER_MS = 5_000

export interface TopicFeedOptions {
  readonly ports: ShopPorts
  readonly model: ShopModel
  /** Topics that services were seen to read, whatever the model says. */
  readonly read: () => Iterable<string>
  readonly onRecords: (records: readonly LogRecord[]) => void
  /** Told of the shop's topics whenever some come or go: topic → partitions, and `topic/partition` → the next offset that will be heard. */
  readonly onTopics: (partitions: ReadonlyMap<string, number>, positions: ReadonlyMap<string, bigint>) => void
  readonly log: (message: string) => void
}

/**
 * Listens to every topic of the shop, also to those that are made later: these are read from their beginning, so that nothing is missed between their making
 * and our noticing. What exists when the hub starts is heard from now on.
 */
export function followTopics(options: TopicFeedOptions): { stop(): Promise<void> } {
  const { ports, log } = options
  const positions = new Map<string, bigint>()
  let known = ''
  let tap: { stop(): Promise<void> } | null = null
  let first = true
  let rest = 0

  const listen = async (partitions: ReadonlyMap<string, number>): Promise<void> => {
    await tap?.stop()
    tap = null
    forget(positions, partitions)
    const topics = [...partitions.keys()]
    if (topics.length > 0) {
      const from = first ? 'now' : 'beginning'
      tap = await ports.startTap({
        ...{ topics, positions, from },
        onRecords: options.onRecords,
        onFatal: (fault) => {
          log(`The hub lost its place at Kafka and begins again: ${fault.message}`)
          known = ''
        },
      })
    }
    first = false
    options.onTopics(partitions, positions)
  }

  const look = async (): Promise<void> => {
    // The model's topics come one by one while the shop starts; after that, new ones are rare.
    if (rest-- > 0) return
    const partitions = choose(await ports.bus.partitions(), options.model, options.read())
    const names = [...partitions.keys()].join(' ')
    if (names !== known) {
      known = ''
      await listen(partitions)
      known = names
    }
    rest = options.model.topics.every(({ name }) => partitions.has(name)) ? LATER_MS / SOON_MS - 1 : 0
  }
  const looking = every(SOON_MS, look, (error) => log(`The topics cannot be read yet: ${(error as Error).message}`))
  return {
    stop: async () => {
      await looking.stop()
      await tap?.stop()
    },
  }
}

function choose(all: ReadonlyMap<string, number>, model: ShopModel, read: Iterable<string>): Map<string, number> {
  const core = model.topics.flatMap(({ name, deadLetters }) => [name, deadLetters ?? deadLetterTopic(name)])
  const others = [...all.keys()].filter((name) => model.isOurs(name)).sort()
  const wanted = new Set([...core, ...read, ...others])
  const there = [...wanted].filter((name) => all.has(name)).slice(0, MOST)
  return new Map(there.map((name) => [name, all.get(name) ?? 0]))
}

/** A topic that is gone may come back with offsets that begin anew. */
function forget(positions: Map<string, bigint>, partitions: ReadonlyMap<string, number>): void {
  for (const place of positions.keys()) {
    if (!partitions.has(place.slice(0, place.lastIndexOf('/')))) positions.delete(place)
  }
}
