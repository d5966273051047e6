import { memo } from 'react'
import type { EdgeCount, Topology } from '../../hub/protocol.ts'
import { usePageState, useWorld } from '../state/page.ts'
import { count } from '../ui/words.ts'
import type { Layout } from './layout.ts'
import { along, pathTable, svgPath } from './path.ts'

const NONE: Readonly<Record<string, EdgeCount>> = {}
export const totalOf = (counts: EdgeCount | undefined): number =>
  Object.values(counts ?? {}).reduce((sum, one) => sum + (one ?? 0), 0)

/** Solid: what a service publishes. Dashed: what a service reads. Hatched: dead letters. */
export const Edges = memo(function Edges({ layout, topology }: { layout: Layout; topology: Topology }) {
  const still = usePageState(({ reducedMotion }) => reducedMotion)
  const dead = new Set(topology.topics.filter(({ kind }) => kind === 'dead-letter').map(({ name }) => name))
  return (
    <>
      <svg className="edges" width={layout.width} height={layout.height} aria-hidden="true">
        {layout.edges.map(({ id, kind, curve }) =>
          dead.has(id.slice(id.indexOf('>') + 1)) ? (
            <DeadEdge key={id} id={id} path={svgPath(curve)} />
          ) : (
            <path key={id} d={svgPath(curve)} className={`edge ${kind}`} />
          ),
        )}
      </svg>
      {still && <EdgeCounts layout={layout} />}
    </>
  )
})

/** The way to the dead letters shows once something went it: on a good day there is none. */
function DeadEdge({ id, path }: { id: string; path: string }) {
  const used = useWorld((world) => totalOf(world.counts[id]) > 0, false)
  return used ? <path d={path} className="edge dead" /> : null
}

/** Instead of dots: how many went each way so far. */
function EdgeCounts({ layout }: { layout: Layout }) {
  const counts = useWorld((world) => world.counts, NONE)
  return layout.edges.map(({ id, curve }) => {
    const total = totalOf(counts[id])
    const { x, y } = along(pathTable(curve), 0.5)
    return total === 0 ? null : (
      <span key={id} className="edge-count" style={{ left: x, top: y }}>
        {count(total)}
      </span>
    )
  })
}
