import type { EdgeCount, TopicBox } from '../../hub/protocol.ts'
import { usePage, usePageState, useWorld } from '../state/page.ts'
import { Shape } from '../ui/Shape.tsx'
import { count, visible } from '../ui/words.ts'
import { totalOf } from './Edges.tsx'
import { type Node, twoLines } from './layout.ts'
import { kindOf } from './sprites.ts'

const NONE: Readonly<Record<string, EdgeCount>> = {}

/** How many events a topic got, by all that publish to it. */
function useTotal(topic: string): number {
  const counts = useWorld((world) => world.counts, NONE)
  const edges = useWorld((world) => world.topology.edges, [])
  return edges
    .filter(({ to, kind }) => to === topic && kind === 'produce')
    .reduce((sum, { id }) => sum + totalOf(counts[id]), 0)
}

export function TopicNode({ topic, node }: { topic: TopicBox; node: Node | undefined }) {
  const { actions } = usePage()
  const lanes = usePageState(({ url }) => url.lanes)
  const still = usePageState(({ reducedMotion }) => reducedMotion)
  const last = usePageState(({ recent }) => (still ? recent.find((dot) => dot.topic === topic.name) : undefined))
  const total = useTotal(topic.name)
  if (!node) return null
  const { x, y, width, height, label } = node
  const place = { left: x - width / 2, top: y - height / 2, width, height }
  if (topic.kind === 'dead-letter')
    return (
      <button
        type="button"
        className={total > 0 ? 'dead-topic filled' : 'dead-topic'}
        style={place}
        onClick={() => actions.go({ panel: 'dead' })}
      >
        <span className="unseen">
          {visible(topic.name)}: {total} dead letters
        </span>
        <span aria-hidden="true">{total > 0 && `✚${count(total)}`}</span>
      </button>
    )
  return (
    <button
      type="button"
      className={`topic kind-${topic.kind}`}
      style={place}
      onClick={() => actions.openNode(topic.name)}
    >
      <span className="unseen">
        {visible(topic.name)}, {total} events{last && `, the last one ${kindOf(last)}`}
      </span>
      <span className="topic-name" aria-hidden="true">
        {twoLines(label).map((line) => (
          <span key={line}>{visible(line)}</span>
        ))}
      </span>
      <span className={total === 0 ? 'topic-count none' : 'topic-count'} aria-hidden="true">
        {last && <Shape kind={kindOf(last)} bare />}
        {count(total)}
      </span>
      {lanes && <Lanes topic={topic} />}
    </button>
  )
}

/** One bar a partition, as long as its share of the newest events. */
function Lanes({ topic: { name, partitions } }: { topic: TopicBox }) {
  const recent = usePageState((state) => state.recent)
  const here = recent.filter(({ topic }) => topic === name)
  const lanes = Array.from({ length: partitions }, (_, partition) => ({
    partition,
    events: here.filter((dot) => dot.partition === partition).length,
  }))
  return (
    <span className="lanes" aria-hidden="true">
      {lanes.map(({ partition, events }) => (
        <span
          key={partition}
          style={{ width: `${8 + (here.length ? (92 * events) / here.length : 0)}%` }}
          title={`partition ${partition}: ${events}`}
        />
      ))}
    </span>
  )
}
