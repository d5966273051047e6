import type { EdgeLine, Topology } from '../../hub/protocol.ts'
import type { Curve, Point } from './path.ts'

export interface Node {
  readonly name: string
  readonly shape: 'service' | 'topic'
  /** Centre. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface EdgeShape {
  readonly id: string
  readonly kind: EdgeLine['kind']
  readonly curve: Curve
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly nodes: ReadonlyMap<string, Node>
  readonly edges: readonly EdgeShape[]
}

export interface Sizes {
  readonly width: number
  readonly height: number
  /** Of a topic's name and of a service's name, px. */
  readonly label: number
  readonly title: number
}

/** Width of an average letter, in heights of the text. */
const LETTER = 0.53

/** A name of several words stands on two lines, broken where the halves are most alike; `-` and `.` stay at the end of the first. */
export function twoLines(name: string): readonly string[] {
  const cuts = [...name.matchAll(/[-.]/g)].map(({ index }) => index + 1).filter((at) => at < name.length)
  if (name.length <= 12 || cuts.length === 0) return [name]
  const best = cuts.reduce((a, b) => (Math.abs(b - name.length / 2) < Math.abs(a - name.length / 2) ? b : a))
  return [name.slice(0, best), name.slice(best)]
}

/** Places from the topology's columns: the same place in every lesson, left to right. Dead letters hang on the topic that they come from. */
export function layOut(topology: Topology, sizes: Sizes): Layout {
  const places = placesOf(topology)
  const columns = [...new Set(places.map(({ column }) => column))].sort((a, b) => a - b)
  const gutter = sizes.height * 0.1
  const need = columns.map((column) => {
    const widths = places
      .filter((place) => place.column === column)
      .map((place) => widthOf(place.name, place.shape, sizes))
    return Math.max(...widths)
  })
  const all = need.reduce((a, b) => a + b, 0)
  const margin = sizes.label * 0.4
  const free = sizes.width - 2 * margin
  const gap = Math.max(sizes.label * 1.2, (free - all) / Math.max(1, columns.length - 1))
  const shrink = Math.min(1, (free - gap * (columns.length - 1)) / all)
  const nodes = new Map<string, Node>()
  for (const [index, column] of columns.entries()) {
    const left = margin + need.slice(0, index).reduce((sum, width) => sum + width * shrink + gap, 0)
    const stack = places.filter((place) => place.column === column).sort((a, b) => a.row - b.row)
    const step = (sizes.height - 2 * gutter) / stack.length
    for (const [row, { name, shape }] of stack.entries()) {
      const service = shape === 'service'
      const tall = service ? sizes.title * 2.3 : sizes.label * (twoLines(name).length * 1.1 + 0.6)
      const width = (service ? need[index]! : widthOf(name, shape, sizes)) * shrink
      const x = left + (need[index]! * shrink) / 2
      nodes.set(name, { name, shape, x, y: gutter + (row + 0.5) * step, width, height: Math.min(tall, step * 0.94) })
    }
  }
  hangDeadLetters(topology, nodes, sizes.label)
  return { width: sizes.width, height: sizes.height, nodes, edges: route(topology.edges, nodes, sizes) }
}

const originOf = (deadLetters: string): string => deadLetters.replace(/-dlq$/, '')

function placesOf({ services, topics }: Topology) {
  const names = new Set(topics.map(({ name }) => name))
  const hangs = ({ name, kind }: Topology['topics'][number]) =>
    kind === 'dead-letter' && originOf(name) !== name && names.has(originOf(name))
  return [
    ...services.map(({ name, column, row }) => ({ name, column, row, shape: 'service' as const })),
    ...topics
      .filter((topic) => !hangs(topic))
      .map(({ name, column, row }) => ({ name, column, row, shape: 'topic' as const })),
  ]
}

function hangDeadLetters({ topics }: Topology, nodes: Map<string, Node>, label: number): void {
  for (const { name } of topics) {
    const origin = nodes.get(originOf(name))
    if (nodes.has(name) || !origin) continue
    const size = label * 1.5
    nodes.set(name, {
      name,
      shape: 'topic',
      x: origin.x + origin.width / 2 - size * 0.4,
      y: origin.y + origin.height / 2,
      width: size,
      height: size * 0.8,
    })
  }
}

function widthOf(name: string, shape: Node['shape'], { label, title }: Sizes): number {
  if (shape === 'service') return Math.max(name.length * title * LETTER * 1.06 + title * 0.75, title * 4.9)
  return Math.max(...twoLines(name).map(({ length }) => length)) * label * LETTER + label * 1.1
}

function route(edges: readonly EdgeLine[], nodes: ReadonlyMap<string, Node>, { height, label }: Sizes): EdgeShape[] {
  const known = edges.flatMap((edge) => {
    const from = nodes.get(edge.from)
    const to = nodes.get(edge.to)
    return from && to ? [{ edge, from, to }] : []
  })
  const ports = (node: Node, side: 'from' | 'to') =>
    known
      .filter((one) => one[side] === node && isForward(one.from, one.to))
      .sort((a, b) => (side === 'from' ? a.to.y - b.to.y : a.from.y - b.from.y))
  return known.map((one) => {
    const { edge, from, to } = one
    const curve = isForward(from, to)
      ? forward(
          from,
          to,
          spread(from, ports(from, 'from').indexOf(one), ports(from, 'from').length),
          spread(to, ports(to, 'to').indexOf(one), ports(to, 'to').length),
        )
      : backward(from, to, height, label)
    return { id: edge.id, kind: edge.kind, curve }
  })
}

const isForward = (from: Node, to: Node): boolean => to.x - from.x > (from.width + to.width) / 2

/** Edges of one side leave at different heights, so that they can be told apart. */
const spread = (node: Node, index: number, count: number): number =>
  node.y + (count < 2 ? 0 : (index / (count - 1) - 0.5) * node.height * 0.56)

function forward(from: Node, to: Node, fromY: number, toY: number): Curve {
  const start: Point = { x: from.x + from.width / 2, y: fromY }
  const end: Point = { x: to.x - to.width / 2, y: toY }
  const bend = Math.min((end.x - start.x) * 0.5, 160)
  return [start, { x: start.x + bend, y: fromY }, { x: end.x - bend, y: toY }, end]
}

/** Back over the top or under the bottom of the map, whichever is nearer. */
function backward(from: Node, to: Node, height: number, margin: number): Curve {
  const below = from.y + to.y > height
  const side = below ? 1 : -1
  const start: Point = { x: from.x, y: from.y + (side * from.height) / 2 }
  const end: Point = { x: to.x + (from.x > to.x ? 0.2 : -0.2) * to.width, y: to.y + (side * to.height) / 2 }
  const apex = below ? height - margin : margin
  const control = (apex - 0.125 * (start.y + end.y)) / 0.75
  return [start, { x: start.x, y: control }, { x: end.x, y: control }, end]
}
