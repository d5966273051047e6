import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue, consumersOf, coreEventNames, eventNames } from '../../../services/contracts/catalogue.ts'
import { layOut } from '../../../web/hub/core/topology.ts'
import { referenceModel, studentModel } from './shop-model.ts'

const nothing = {
  partitions: new Map<string, number>(),
  reads: new Map<string, Set<string>>(),
  urls: new Map<string, string>(),
}

test('given the catalogue, then the map has its services from left to right, its topics between them, and every arrow', () => {
  const { services, topics, edges } = layOut(referenceModel(true), nothing)
  assert.deepEqual(
    services.map(({ name, letter, column }) => [name, letter, column]),
    [
      ['order', 'O', 0],
      ['payment', 'P', 2],
      ['inventory', 'I', 4],
      ['notification', 'N', 6],
    ],
  )
  const boxes = new Map(topics.map((topic) => [topic.name, topic]))
  for (const name of coreEventNames) assert.equal(boxes.get(name)?.kind, 'event', name)
  assert.deepEqual(
    ['order-created', 'payment-success', 'stock-reserved'].map((name) => boxes.get(name)?.row),
    [0, 0, 0],
  )
  const places = [...services, ...topics].map(({ column, row }) => `${column}/${row}`)
  assert.equal(new Set(places).size, places.length)
  const ids = new Set(edges.map(({ id }) => id))
  for (const name of coreEventNames) {
    assert.ok(ids.has(`${catalogue[name].producer}>${name}`))
    for (const reader of catalogue[name].consumers) assert.ok(ids.has(`${name}>${reader}`))
  }
})

test('given topics and readers that nobody told of, then they find a place and no box moves', () => {
  const before = layOut(referenceModel(true), nothing)
  const partitions = new Map([
    ['order-created', 6],
    ['shipping.shipment.created', 3],
  ])
  const after = layOut(referenceModel(true), {
    ...nothing,
    partitions,
    reads: new Map([['payment', new Set(['shipping.shipment.created'])]]),
  })
  assert.equal(after.topics.find(({ name }) => name === 'shipping.shipment.created')?.kind, 'other')
  assert.equal(after.topics.find(({ name }) => name === 'order-created')?.partitions, 6)
  assert.ok(after.edges.some(({ id }) => id === 'shipping.shipment.created>payment'))
  for (const { name, column, row } of before.topics) {
    const same = after.topics.find((topic) => topic.name === name)
    assert.deepEqual([same?.column, same?.row], [column, row], name)
  }
})

test('given the whole shop, then every event and service is on the map, each in one place, and a bundle names only what is there', () => {
  const model = referenceModel(true, 'whole')
  const { services, topics, edges, bundles = [] } = layOut(model, nothing)
  assert.equal(services.length, 9)
  assert.deepEqual(
    services.slice(0, 4).map(({ name, column }) => [name, column]),
    [
      ['order', 0],
      ['payment', 2],
      ['inventory', 4],
      ['shipping', 6],
    ],
  )
  const ids = new Set(edges.map(({ id }) => id))
  assert.ok(ids.has('gateway>order'))
  for (const name of eventNames) {
    assert.ok(
      topics.some((topic) => topic.name === name && topic.kind === 'event'),
      name,
    )
    assert.ok(ids.has(`${catalogue[name].producer}>${name}`), name)
    for (const reader of consumersOf(name, 'whole')) assert.ok(ids.has(`${name}>${reader}`), `${name}>${reader}`)
  }
  const places = [...services, ...topics].map(
    ({ column, row, name }) => `${name.includes('.') || name.includes('-') ? 't' : 's'} ${column}/${row}`,
  )
  assert.equal(new Set(places).size, places.length)
  const names = new Set([...services, ...topics].map(({ name }) => name))
  const folded = bundles.flatMap((bundle) => [...bundle.services, ...bundle.topics])
  for (const name of folded) assert.ok(names.has(name), name)
  assert.equal(new Set(folded).size, folded.length)
  assert.ok(names.size - folded.length > 15)
})

test("given a learner's shop, then its map has the seven topics of the contract and no dead letters until there are some", () => {
  const { topics } = layOut(studentModel(true), nothing)
  assert.deepEqual(
    topics.map(({ kind }) => kind),
    Array(7).fill('event'),
  )
  const [letters] = layOut(studentModel(true), {
    ...nothing,
    partitions: new Map([['order-created-dlq', 1]]),
  }).topics.slice(7)
  assert.deepEqual([letters?.kind, letters?.column], ['dead-letter', 1])
})

test('given an event that breaks its schema, then the model says where, in words; a good one of the contract has no problems', () => {
  const { problemsOf } = studentModel(true)
  const data = { orderId: 'o', productId: 201, quantity: 2, amount: 1500 }
  const event = { eventId: 'e', eventType: 'order-created', timestamp: '2026-01-01T00:00:00Z', data }
  const problems = (value: unknown) => problemsOf('order-created', Buffer.from(JSON.stringify(value)))
  assert.deepEqual(problems(event), [])
  assert.match(problems({ ...event, data: { ...data, quantity: 0 } })[0] ?? '', /^data\.quantity: /)
  assert.match(problems({ eventType: 'order-created' })[0] ?? '', /^eventId: /)
  assert.match(problemsOf('order-created', Buffer.from('hello'))[0] ?? '', /not JSON/)
  assert.deepEqual(problemsOf('somebody-elses', Buffer.from('hello')), [])
})
