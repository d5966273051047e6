import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bundle, Topology } from '../../hub/protocol.ts'
import { fold, openBundle } from './fold.ts'

const users: Bundle = {
  ...{ id: 'users', title: 'Users', services: ['identity'], topics: ['user.created'], opensWhenUsed: false },
}
const led: Bundle = { id: 'led', title: 'Led', services: [], topics: ['pay.command'], opensWhenUsed: true }

const edge = (from: string, to: string, kind: 'produce' | 'consume') => ({ id: `${from}>${to}`, from, to, kind })
const box = (name: string) => ({ name, kind: 'event' as const, summary: '', partitions: 1, column: 1, row: 0 })
const topology: Topology = {
  shop: 'reference',
  services: ['order', 'identity'].map((name) => ({ name, letter: 'X', group: null, url: null, column: 0, row: 0 })),
  topics: ['order-created', 'user.created', 'user.created-dlq'].map(box),
  edges: [
    edge('order', 'order-created', 'produce'),
    edge('identity', 'user.created', 'produce'),
    edge('user.created', 'order', 'consume'),
    edge('order', 'user.created-dlq', 'produce'),
  ],
}

test('given a folded bundle, then its services, topics, their dead letters and every edge to them are off the map', () => {
  const { services, topics, edges } = fold(topology, [users])
  assert.deepEqual(
    [...services, ...topics].map(({ name }) => name),
    ['order', 'order-created'],
  )
  assert.deepEqual(
    edges.map(({ id }) => id),
    ['order>order-created'],
  )
  assert.equal(fold(topology, []), topology)
})

test('given a choice, then that bundle alone is open; given none, then one that something goes over', () => {
  const counts = { 'order>pay.command': { ok: 3 }, 'identity>user.created': { ok: 1 } }
  const open = (choice: string, seen = counts) => openBundle([users, led], choice, seen)?.id
  assert.deepEqual([open('users'), open('led'), open('none'), open('nonsense')], ['users', 'led', undefined, undefined])
  assert.equal(open(''), 'led')
  assert.equal(open('', { ...counts, 'order>pay.command': { ok: 0 } }), undefined)
})
