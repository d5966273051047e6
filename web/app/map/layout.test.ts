import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Topology } from '../../hub/protocol.ts'
import { layOut, twoLines } from './layout.ts'
import { along, pathTable } from './path.ts'

const service = (name: string, column: number) => ({ name, letter: name[0]!, group: null, url: null, column, row: 0 })
const topic = (name: string, column: number, row: number) => ({
  ...{ name, column, row, summary: '', partitions: 3 },
  kind: name.endsWith('-dlq') ? ('dead-letter' as const) : ('event' as const),
})
const topology: Topology = {
  shop: 'reference',
  services: [service('order', 0), service('payment', 2)],
  topics: [
    topic('order-created', 1, 0),
    topic('order-cancelled', 1, 1),
    topic('order-created-dlq', 1, 2),
    topic('payment-failed', 3, 0),
  ],
  edges: [
    { id: 'order>order-created', from: 'order', to: 'order-created', kind: 'produce' },
    { id: 'payment-failed>order', from: 'payment-failed', to: 'order', kind: 'consume' },
    { id: 'nobody>nothing', from: 'nobody', to: 'nothing', kind: 'produce' },
  ],
}
for (const [width, height] of [
  [1280, 380],
  [1024, 400],
  [1920, 600],
] as const) {
  test(`given a map of ${width}×${height}, then boxes lie within it, left to right, and none over another`, () => {
    const { nodes } = layOut(topology, { width, height, label: height * 0.055, title: height * 0.08 })
    const boxes = [...nodes.values()].filter(({ name }) => !name.endsWith('-dlq'))
    for (const a of boxes) {
      assert.ok(
        a.x - a.width / 2 >= 0 && a.x + a.width / 2 <= width && a.y - a.height / 2 >= 0 && a.y + a.height / 2 <= height,
        a.name,
      )
      for (const b of boxes)
        if (a !== b)
          assert.ok(
            Math.abs(a.x - b.x) * 2 >= a.width + b.width - 1 || Math.abs(a.y - b.y) * 2 >= a.height + b.height - 1,
            `${a.name} lies over ${b.name}`,
          )
    }
    assert.ok(nodes.get('order')!.x < nodes.get('order-created')!.x)
    assert.ok(nodes.get('order-created')!.x < nodes.get('payment')!.x)
  })
}

test('given an edge, then it begins at its producer and ends at its topic; an edge to nowhere is left out', () => {
  const { nodes, edges } = layOut(topology, { width: 1280, height: 380, label: 20, title: 30 })
  assert.deepEqual(
    edges.map(({ id }) => id),
    ['order>order-created', 'payment-failed>order'],
  )
  const table = pathTable(edges[0]!.curve)
  const order = nodes.get('order')!
  assert.equal(Math.round(along(table, 0).x), Math.round(order.x + order.width / 2))
  assert.ok(along(table, 0.5).x > along(table, 0.25).x)
})

test('given a long name, then it breaks at a hyphen or a dot near its middle', () => {
  assert.deepEqual(twoLines('stock-level-normalized'), ['stock-level-', 'normalized'])
  assert.deepEqual(twoLines('shipping.shipment.created'), ['shipping.', 'shipment.created'])
  assert.deepEqual(twoLines('order'), ['order'])
})
