import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  abandon,
  begin,
  giveUp,
  onDeadline,
  onReply,
  retry,
  type Saga,
  type SagaCommand,
  stateOf,
  statusOf,
} from './machine.ts'
import type { Command } from './steps.ts'

const order = { orderId: 'o1', productId: 201, quantity: 2, amount: 20, saga: 'orchestration' } as const
const reply = (command: Command, sequence: number, outcome: 'done' | 'refused' = 'done', more: object = {}) =>
  ({ data: { ...order, command, sequence, outcome, ...more } }) as Parameters<typeof onReply>[1]
const no = (command: Command, sequence: number, reason = 'no') => reply(command, sequence, 'refused', { reason })

const asked = (emit: readonly SagaCommand[]): string[] =>
  emit.map(({ type, data }) => `${type.split('.')[0]} ${data.command} ${data.sequence}`)

/** Replays moves; gives the saga, and all that was asked on the way. */
const play = (...moves: readonly ((saga: Saga) => ReturnType<typeof onReply>)[]) => {
  const first = begin(order)
  const said = [...first.emit]
  let saga = first.state
  for (const move of moves) {
    const { state, emit } = move(saga)
    saga = state
    said.push(...emit)
  }
  return { saga, asked: asked(said), said }
}
const on = (event: Parameters<typeof onReply>[1]) => (saga: Saga) => onReply(saga, event)
const late = (saga: Saga) => onDeadline(saga, 3)
const customerLeaves = (saga: Saga) => giveUp(saga, 'changed my mind')

test('given an order, when its saga begins, then the release is noted before the reservation is asked', () => {
  const { state, emit } = begin(order)
  assert.deepEqual([statusOf(state), stateOf(state), state.undo], ['RUNNING', 'OrderCreated', ['release']])
  const data = { ...order, command: 'reserve', sequence: 1 }
  assert.deepEqual(emit, [{ type: 'inventory.saga.command', data, occurrence: 1 }])
})

test('given that all say yes, then the order goes through every state and ends COMPLETED, with its parcel', () => {
  const parcel = { shipmentId: 's1', trackingNumber: 't1' }
  const { saga, asked } = play(on(reply('reserve', 1)), on(reply('charge', 2)), on(reply('ship', 3, 'done', parcel)))
  assert.deepEqual(asked, ['inventory reserve 1', 'payment charge 2', 'shipping ship 3'])
  assert.deepEqual(saga.path, [
    'OrderCreated',
    'InventoryReserved',
    'PaymentProcessed',
    'ShippingCreated',
    'OrderCompleted',
  ])
  assert.deepEqual([statusOf(saga), saga.undo, saga.awaited, saga.shipment], ['COMPLETED', [], null, parcel])
})

const refusals = [
  ['reserve', [no('reserve', 1)], ['inventory reserve 1'], ['OrderCancelled']],
  [
    'charge',
    [reply('reserve', 1), no('charge', 2), reply('release', 3)],
    ['inventory reserve 1', 'payment charge 2', 'inventory release 3'],
    ['InventoryReserved', 'InventoryReleased', 'OrderCancelled'],
  ],
  [
    'ship',
    [reply('reserve', 1), reply('charge', 2), no('ship', 3), reply('refund', 4), reply('release', 5)],
    ['inventory reserve 1', 'payment charge 2', 'shipping ship 3', 'payment refund 4', 'inventory release 5'],
    ['InventoryReserved', 'PaymentProcessed', 'PaymentRefunded', 'InventoryReleased', 'OrderCancelled'],
  ],
] as const
for (const [step, replies, commands, path] of refusals) {
  test(`given that ${step} is refused, then what was done is undone, the latest first, and no more than that`, () => {
    const { saga, asked } = play(...replies.map(on))
    assert.deepEqual([asked, saga.path.slice(1), statusOf(saga)], [commands, path, 'CANCELLED'])
    assert.equal(saga.reason, 'no')
  })
}

test('given a step without an answer, when its deadline passes, then it is asked again with a higher sequence, and any answer counts', () => {
  const { saga, asked } = play(late, late)
  assert.deepEqual(asked, ['inventory reserve 1', 'inventory reserve 2', 'inventory reserve 3'])
  assert.equal(saga.undo.length, 1, 'the undo is noted once')
  for (const sequence of [1, 2, 3])
    assert.equal(stateOf(onReply(saga, reply('reserve', sequence)).state), 'InventoryReserved')
})

test('given that all tries went unanswered, then the saga needs attention, says why, and a late answer moves it on', () => {
  const { saga, asked } = play(late, late, late, late)
  assert.equal(asked.length, 3)
  assert.deepEqual(
    [statusOf(saga), saga.attention],
    ['NEEDS_ATTENTION', 'no answer from inventory to reserve after 3 tries'],
  )
  const { state } = onReply(saga, reply('reserve', 2))
  assert.deepEqual([statusOf(state), stateOf(state), state.attention], ['RUNNING', 'InventoryReserved', null])
})

test('given a saga that needs attention, when the operator retries, then it is asked again with its tries anew', () => {
  const { saga, asked } = play(late, late, late, retry)
  assert.deepEqual([asked.at(-1), statusOf(saga), saga.awaited?.tries], ['inventory reserve 4', 'RUNNING', 1])
})

test('given a step that needs attention, when the operator abandons it, then it is undone like one that was done', () => {
  const { saga, asked } = play(on(reply('reserve', 1)), late, late, late, (saga) => abandon(saga, 'payment is gone'))
  assert.deepEqual([asked.at(-1), statusOf(saga), saga.reason], ['payment refund 5', 'COMPENSATING', 'payment is gone'])
})

test('given a compensation that needs attention, when the operator abandons it, then it counts as settled by hand and the rest goes on', () => {
  const stuck = [on(reply('reserve', 1)), customerLeaves, late, late, late]
  const { saga, asked } = play(...stuck, (saga) => abandon(saga, 'paid back in cash'), on(reply('release', 6)))
  assert.deepEqual([asked.at(-1), statusOf(saga)], ['inventory release 6', 'CANCELLED'])
  assert.deepEqual(saga.settledByHand, [{ command: 'refund', reason: 'paid back in cash' }])
  assert.deepEqual(onReply(saga, reply('charge', 2)), { state: saga, emit: [] }, 'nobody pays it back twice')
})

test('given a step whose answer is open, when the customer cancels, then that step is undone too', () => {
  const { saga, said } = play(on(reply('reserve', 1)), on(reply('charge', 2)), customerLeaves)
  assert.deepEqual([asked(said).at(-1), saga.undo], ['shipping unship 4', ['release', 'refund', 'unship']])
  assert.equal(said.at(-1)?.data.reason, 'changed my mind')
})

test('given a cancelled step, when its answer comes late, before its undo is answered, then nothing more is asked', () => {
  const { saga } = play(customerLeaves)
  for (const answer of [reply('reserve', 1), no('reserve', 1)])
    assert.deepEqual(onReply(saga, answer), { state: saga, emit: [] })
})

test('given an order that was cancelled, when a step turns out to be done after all, then it is undone again, and the order stays cancelled', () => {
  const { saga } = play(on(reply('reserve', 1)), customerLeaves, on(reply('refund', 3)), on(reply('release', 4)))
  assert.equal(statusOf(saga), 'CANCELLED')
  const again = onReply(saga, reply('charge', 2))
  assert.deepEqual([asked(again.emit), statusOf(again.state)], [['payment refund 5'], 'COMPENSATING'])
  assert.equal(
    onReply(again.state, reply('refund', 3)).state,
    again.state,
    'the old answer is no answer to the new question',
  )
  const end = onReply(again.state, reply('refund', 5)).state
  assert.deepEqual([statusOf(end), end.path], ['CANCELLED', saga.path])
})

test('given a parcel that cannot be called back, then a person has to look before any money goes back', () => {
  const { saga, asked } = play(
    on(reply('reserve', 1)),
    on(reply('charge', 2)),
    customerLeaves,
    on(no('unship', 4, 'picked up')),
  )
  assert.deepEqual([statusOf(saga), saga.attention], ['NEEDS_ATTENTION', 'shipping cannot unship: picked up'])
  assert.equal(asked.length, 4)
})

test('given an order that is complete, then nothing moves it any more', () => {
  const { saga } = play(on(reply('reserve', 1)), on(reply('charge', 2)), on(reply('ship', 3)))
  const moves = [
    late,
    customerLeaves,
    retry,
    (one: Saga) => abandon(one, 'x'),
    on(reply('charge', 2)),
    on(no('ship', 3)),
  ]
  for (const move of moves) assert.deepEqual(move(saga), { state: saga, emit: [] })
})

test('given answers that nobody waits for, then they are passed over', () => {
  const { saga } = play(on(reply('reserve', 1)))
  for (const answer of [
    reply('reserve', 1),
    reply('ship', 9),
    reply('release', 1),
    no('reserve', 1),
    reply('charge', 1),
  ])
    assert.deepEqual(onReply(saga, answer), { state: saga, emit: [] })
})
