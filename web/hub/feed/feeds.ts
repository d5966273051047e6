import type { HubState } from '../core/state.ts'
import type { HubOptions } from '../ports.ts'
import { every } from './every.ts'
import { lookAtGroups } from './groups.ts'
import { lookAtServices } from './health.ts'
import { followTopics } from './topics.ts'

const LOOK_MS = 1_000
const COUNT_MS = 500
const FAULTS_MS = 2_000

/** Everything that is listened to, and looked at again and again, for the state. Each look may fail; the next one tries again. */
export function startFeeds(
  state: HubState,
  { model, ports }: HubOptions,
  log: (message: string) => void,
): { stop(): Promise<void> } {
  let partitions: ReadonlyMap<string, number> = new Map()
  const reads = new Map<string, ReadonlySet<string>>()
  const tell = (what: string) => (error: unknown) => log(`${what}: ${(error as Error).message}`)

  const groups = async (): Promise<void> => {
    const { states, lags } = await lookAtGroups(ports.bus, model, new Set(partitions.keys()), reads)
    state.groups.set(states)
    for (const { group, service, partitions: lagsOfGroup } of lags) {
      for (const lag of lagsOfGroup) state.commit(group, service, lag.topic, lag.partition, lag.committed)
    }
    for (const { service, members } of states) {
      const topics = members.flatMap((member) => Object.keys(member.partitions))
      // A group without members reads nothing at the moment; its edges stay where they are.
      if (service !== null && topics.length > 0) reads.set(service, new Set(topics))
    }
  }
  const services = async (): Promise<void> =>
    state.services.set(
      await lookAtServices(
        model.services.map(({ name }) => name),
        ports.instances(),
      ),
    )
  const draw = (): void => {
    const first = ports.instances().filter(({ instance }) => instance === 0)
    const urls = new Map(first.map(({ service, url }) => [service, url]))
    state.layOut({ partitions, reads, urls }, { scale: ports.scale !== null, rewind: ports.rewind !== null })
  }
  const faults = async (): Promise<void> => state.faults.set((await ports.faults?.list()) ?? [])
  const unlisten = ports.faults?.onChange(() => void faults().catch(tell('The toggles cannot be read')))

  const topics = followTopics({
    ...{ ports, model, log },
    read: () => [...reads.values()].flatMap((names) => [...names]),
    onRecords: (records) => {
      const now = Date.now()
      for (const record of records) state.addRecord(record, now)
    },
    onTopics: (there, positions) => {
      partitions = there
      for (const [place, offset] of positions) {
        const cut = place.lastIndexOf('/')
        state.committed.begin(place.slice(0, cut), Number(place.slice(cut + 1)), offset)
      }
    },
  })
  const loops = [
    topics,
    every(LOOK_MS, groups, tell('The consumer groups cannot be read')),
    every(LOOK_MS, services, tell('The services cannot be asked')),
    every(LOOK_MS, draw, tell('The map cannot be drawn')),
    every(LOOK_MS, () => void state.addPoint(Date.now()), tell('The curves cannot go on')),
    every(COUNT_MS, () => state.refresh(Date.now()), tell('The numbers cannot be counted')),
    every(FAULTS_MS, faults, tell('The toggles cannot be read')),
  ]
  return {
    stop: async () => {
      unlisten?.()
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}
