import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createState, eventOf, letterOf } from './shop.fixture.ts'
import { storyOf } from './story.ts'

const NOW = 100_000

function told(...topics: string[]) {
  const state = createState()
  for (const [i, topic] of topics.entries()) {
    state.addRecord(eventOf(topic, { at: 1_000 + i * 10, data: { reason: `why ${topic}` } }), NOW + i)
  }
  return { state, summary: state.sagas.summary('o-1'), story: storyOf(state, 'o-1') }
}
const drawn = (story: ReturnType<typeof storyOf>) =>
  story?.steps.map(({ type, state, lane }) => `${lane} ${type} ${state}`)

for (const [topics, status, sentence] of [
  [['placed'], 'running', 'placed, waiting for bank'],
  [['placed', 'paid'], 'running', 'placed, paid, waiting for depot'],
  [['placed', 'paid', 'packed'], 'confirmed', 'placed, paid, packed, confirmed'],
  [['placed', 'unpaid'], 'compensating', 'placed, unpaid, waiting for till'],
  [['placed', 'unpaid', 'cancelled'], 'cancelled', 'placed, unpaid, cancelled'],
  [['placed', 'paid', 'sold-out', 'cancelled'], 'compensating', 'placed, paid, sold-out, cancelled, waiting for bank'],
  [['placed', 'paid', 'sold-out', 'cancelled', 'refunded'], 'cancelled', 'placed, paid, sold-out, cancelled, refunded'],
] as const)
  test(`given ${topics.join(', ')}, then the saga is ${status} and its sentence says so`, () => {
    const { summary } = told(...topics)
    assert.equal(summary?.status, status)
    assert.equal(summary?.sentence, sentence)
  })

test('given an order that failed half way, then its story mirrors what undoes it and strikes what is not needed', () => {
  assert.deepEqual(drawn(told('placed', 'paid', 'sold-out').story), [
    'forward placed done',
    'forward paid done',
    'forward sold-out failed',
    'compensation refunded to-come',
    'compensation cancelled to-come',
  ])
  assert.deepEqual(drawn(told('placed', 'unpaid', 'cancelled').story), [
    'forward placed done',
    'forward unpaid failed',
    'forward packed not-needed',
    'compensation refunded not-needed',
    'compensation cancelled done',
  ])
})

test('given any order in which the records of a saga are read, then status, steps and critical time are the same', () => {
  const topics = ['placed', 'paid', 'sold-out', 'cancelled', 'refunded']
  const records = topics.map((topic, i) => eventOf(topic, { at: 1_000 + i * 10 }))
  fc.assert(
    fc.property(fc.shuffledSubarray(records, { minLength: records.length }), (shuffled) => {
      const state = createState()
      for (const record of shuffled) state.addRecord(record, NOW)
      const summary = state.sagas.summary('o-1')
      assert.deepEqual([summary?.status, summary?.criticalMs, summary?.startedAt], ['cancelled', 40, 1_000])
    }),
  )
})

test('given silence of 15 seconds before the end, then a saga is stuck; when it goes on, then it is not', () => {
  const { state } = told('placed')
  state.refresh(NOW + 14_999)
  assert.equal(state.sagas.summary('o-1')?.status, 'running')
  state.refresh(NOW + 15_000)
  assert.equal(state.sagas.summary('o-1')?.status, 'stuck')
  assert.deepEqual(
    state.sagas.list('stuck', 10).map(({ orderId }) => orderId),
    ['o-1'],
  )
  state.addRecord(eventOf('paid'), NOW + 20_000)
  assert.equal(state.sagas.summary('o-1')?.status, 'running')
  assert.equal(state.numbers.value.sagas.stuck, 1)
  state.refresh(NOW + 20_001)
  assert.deepEqual(state.numbers.value.sagas, { running: 1, compensating: 0, confirmed: 0, cancelled: 0, stuck: 0 })
})

test('given an event that comes twice, then it is marked and takes the order nowhere new', () => {
  const { summary, state } = told('placed', 'paid', 'paid')
  assert.deepEqual([summary?.marks, summary?.status, summary?.events], [['duplicate'], 'running', 3])
  assert.equal(state.records.newest(1)[0]?.dot.kind, 'duplicate')
})

test('given a dead letter of an order, then the order is marked; given garbage with a key, then no order begins', () => {
  const { state } = told('placed')
  state.addRecord(letterOf(eventOf('placed')), NOW)
  state.addRecord(eventOf('placed', { orderId: 'x', value: 'no json' }), NOW)
  assert.deepEqual(state.sagas.summary('o-1')?.marks, ['dead-letter'])
  assert.equal(state.sagas.summary('x'), undefined)
})

test('given a producer whose clock is wrong by an hour, then times stay at or above nothing', () => {
  const state = createState()
  state.addRecord(eventOf('placed', { at: 7_200_000 }), NOW)
  for (const topic of ['paid', 'packed']) state.addRecord(eventOf(topic, { at: 3_600_000 }), NOW)
  assert.equal(state.sagas.summary('o-1')?.status, 'confirmed')
  assert.ok((state.sagas.summary('o-1')?.criticalMs ?? -1) >= 0)
})

test('given 12,000 orders, then the newest 10,000 are told and all are counted', () => {
  const state = createState()
  for (let n = 0; n < 12_000; n++) state.addRecord(eventOf('placed', { orderId: `o-${n}` }), NOW + n)
  assert.equal(state.sagas.size, 10_000)
  assert.equal(state.sagas.summary('o-1999'), undefined)
  assert.equal(state.sagas.list('all', 1)[0]?.orderId, 'o-11999')
  state.refresh(NOW)
  assert.equal(state.numbers.value.sagas.running, 12_000)
})
