import type { Bundle, EdgeCount, Topology } from '../../hub/protocol.ts'

type Counts = Readonly<Record<string, EdgeCount>>

/** The bundle that is unfolded: one at a time, or the map would be too full to be read. `choice`: its id, `none`, or empty for whatever is used. */
export function openBundle(bundles: readonly Bundle[], choice: string, counts: Counts): Bundle | undefined {
  if (choice === '') return bundles.find((bundle) => bundle.opensWhenUsed && isUsed(bundle, counts))
  return bundles.find(({ id }) => id === choice)
}

function isUsed({ topics }: Bundle, counts: Counts): boolean {
  return Object.entries(counts).some(
    ([edge, count]) => topics.includes(edge.slice(edge.indexOf('>') + 1)) && Object.values(count).some((n) => n > 0),
  )
}

const originOf = (topic: string): string => topic.replace(/-dlq$/, '')

/** The map without what is folded, and without every edge that leads there. */
export function fold(topology: Topology, closed: readonly Bundle[]): Topology {
  if (closed.length === 0) return topology
  const gone = new Set(closed.flatMap(({ services, topics }) => [...services, ...topics]))
  const isGone = (name: string) => gone.has(name) || gone.has(originOf(name))
  return {
    ...topology,
    services: topology.services.filter(({ name }) => !isGone(name)),
    topics: topology.topics.filter(({ name }) => !isGone(name)),
    edges: topology.edges.filter(({ from, to }) => !isGone(from) && !isGone(to)),
  }
}
