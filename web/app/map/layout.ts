import type { EdgeLine, Topology } from '../../hub/protocol.ts'
import type { Curve, Point } from './path.ts'

export interface Node {
  readonly name: string
  readonly shape: 'service' | 'topic'
  /** What is written on it: a topic beside its service needs not say whose it is. */
  readonly label: string
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
  /** Of the names, 1 or less: so small that all boxes have room. */
  readonly scale: number
  readonly nodes: ReadonlyMap<string, Node>
  readonly edges: readonly EdgeShape[]
}

export interface Sizes {
  readonly width: number
  readonly height: number
  /** Of a topic's name and of a service's name, px. */
  readonly label: number
  readonly title: number
  /** No text gets smaller than this, px: on a wall, nobody could read it. Default 0. */
  readonly smallest?: number
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

/** Where names would have to be smaller than this, boxes rather come close to each other. */
const SMALLEST = 0.5

/** Places from the topology's columns: the same place in every lesson, left to right. Dead letters hang on the topic that they come from. */
export function layOut(topology: Topology, wished: Sizes): Layout {
  const stacks = stacksOf(topology)
  const scale = scaleFor(stacks, wished)
  const least = (size: number) => Math.max(size * scale, Math.min(size, wished.smallest ?? 0))
  const sizes = { ...wished, label: least(wished.label), title: least(wished.title) }
  const need = stacks.map((stack) => neededWidth(stack, sizes))
  const all = need.reduce((a, b) => a + b, 0)
  const margin = sizes.label * 0.4
  const free = sizes.width - 2 * margin
  const gap = Math.max(sizes.label * 0.5, (free - all) / Math.max(1, stacks.length - 1))
  const shrink = Math.min(1, (free - gap * (stacks.length - 1)) / all)
  const nodes = new Map<string, Node>()
  for (const [index, stack] of stacks.entries()) {
    const left = margin + need.slice(0, index).reduce((sum, width) => sum + width * shrink + gap, 0)
    const step = roomFor(sizes) / stack.length
    for (const [row, { name, label, shape }] of stack.entries()) {
      const width = (shape === 'service' ? need[index]! : widthOf(label, shape, sizes)) * shrink
      const x = left + (need[index]! * shrink) / 2
      const y = sizes.height * GUTTER + (row + 0.5) * step
      nodes.set(name, { name, shape, label, x, y, width, height: Math.min(heightOf(label, shape, sizes), step * 0.94) })
    }
  }
  hangDeadLetters(topology, nodes, sizes.label)
  return { width: sizes.width, height: sizes.height, scale, nodes, edges: route(topology.edges, nodes, sizes) }
}

type Place = Pick<Node, 'name' | 'label' | 'shape'> & { readonly column: number; readonly row: number }

/** Above and below, where the ways back run; share of the height. */
const GUTTER = 0.1
const roomFor = ({ height }: Sizes): number => height * (1 - 2 * GUTTER)

const neededWidth = (stack: readonly Place[], sizes: Sizes): number =>
  Math.max(...stack.map(({ label, shape }) => widthOf(label, shape, sizes)))

/** 1 where every box has the room that its name wants, side by side and one over the other. */
function scaleFor(stacks: readonly (readonly Place[])[], sizes: Sizes): number {
  const all = stacks.reduce((sum, stack) => sum + neededWidth(stack, sizes), 0)
  const across = (sizes.width - sizes.label * (0.8 + 1.2 * (stacks.length - 1))) / all
  const down = stacks.map((stack) => {
    const tallest = Math.max(...stack.map(({ label, shape }) => heightOf(label, shape, sizes)))
    return (roomFor(sizes) / stack.length) * (0.94 / tallest)
  })
  return Math.max(SMALLEST, Math.min(1, across, ...down))
}

/** Column by column, each from top to bottom. */
function stacksOf(topology: Topology): Place[][] {
  const places = placesOf(topology)
  const columns = [...new Set(places.map(({ column }) => column))].sort((a, b) => a - b)
  return columns.map((column) => places.filter((place) => place.column === column).sort((a, b) => a.row - b.row))
}

const originOf = (deadLetters: string): string => deadLetters.replace(/-dlq$/, '')

function placesOf({ services, topics, edges }: Topology): Place[] {
  const names = new Set(topics.map(({ name }) => name))
  const hangs = ({ name, kind }: Topology['topics'][number]) =>
    kind === 'dead-letter' && originOf(name) !== name && names.has(originOf(name))
  const labelOf = (topic: string): string => {
    const owner = edges.find(({ to, kind }) => to === topic && kind === 'produce')?.from
    return owner !== undefined && topic.startsWith(`${owner}.`) ? topic.slice(owner.length + 1) : topic
  }
  return [
    ...services.map(({ name, column, row }) => ({ name, label: name, column, row, shape: 'service' as const })),
    ...topics
      .filter((topic) => !hangs(topic))
      .map(({ name, column, row }) => ({ name, label: labelOf(name), column, row, shape: 'topic' as const })),
  ]
}

function hangDeadLetters({ topics }: Topology, nodes: Map<string, Node>, label: number): void {
  for (const { name } of topics) {
    const origin = nodes.get(originOf(name))
    if (nodes.has(name) || !origin) continue
    const size = label * 1.5
    nodes.set(name, {
      ...{ name, label: name },
      shape: 'topic',
      x: origin.x + origin.width / 2 - size * 0.4,
      y: origin.y + origin.height / 2,
      width: size,
      height: size * 0.8,
    })
  }
}

function heightOf(label: string, shape: Node['shape'], sizes: Sizes): number {
  // The line below a service's name does not shrink with it.
  const service = Math.max(sizes.title * 2.3, sizes.title * 1.1 + (sizes.smallest ?? 0) * 2)
  return shape === 'service' ? service : sizes.label * (twoLines(label).length * 1.1 + 0.6)
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
    const curve =
      edge.kind === 'call' && from.x === to.x
        ? upright(from, to)
        : isForward(from, to)
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

/** Between two boxes that stand one over the other. */
function upright(from: Node, to: Node): Curve {
  const side = to.y > from.y ? 1 : -1
  const start: Point = { x: from.x, y: from.y + (side * from.height) / 2 }
  const end: Point = { x: to.x, y: to.y - (side * to.height) / 2 }
  return [start, start, end, end]
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
