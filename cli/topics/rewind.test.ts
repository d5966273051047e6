import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { numbered, scratch, until } from '../../kit/kafka/scratch.ts'
import { readLag } from './lag.ts'
import { planRewind, readTime, rewind } from './rewind.ts'

it('given a group at work, when its position is to be moved, then that is refused and its members are named', async (t) => {
  const { bus, topic, consume } = scratch(t, createBus)
  const name = await topic(1)
  const { group } = await consume({ topics: [name] })
  await assert.rejects(planRewind(bus, group, name, { kind: 'earliest' }), {
    code: 'group-active',
    message: /test/,
    remedy: /Stop/,
  })
})

it('given a stopped group, when it is moved to the earliest offset, then it reads everything again', async (t) => {
  const { bus, topic, consume } = scratch(t, createBus)
  const name = await topic(2)
  await bus.send(numbered(name, 20))
  const first = await consume({ topics: [name] })
  await until(() => first.seen.length === 20, '20 records')
  await first.stop()

  const moves = await planRewind(bus, first.group, name, { kind: 'earliest' })
  assert.deepEqual(
    moves.map(({ to, from, again }) => [to, from === again]),
    [
      [0n, true],
      [0n, true],
    ],
  )
  await rewind(bus, first.group, name, moves)

  const second = await consume({ topics: [name], group: first.group })
  await until(() => second.seen.length === 20, 'the same 20 records')
})

it('given an offset beyond the end or another partition, when planned, then it is held within what is kept', async (t) => {
  const { bus, topic, consume } = scratch(t, createBus)
  const name = await topic(2)
  await bus.send(numbered(name, 3, 'one key'))
  const { group, seen, stop } = await consume({ topics: [name] })
  await until(() => seen.length === 3, '3 records')
  await stop()
  const { partition } = seen[0]!

  const target = { kind: 'offset', offset: 99n, partition } as const
  assert.deepEqual(await planRewind(bus, group, name, target), [{ partition, from: 3n, to: 3n, again: 0n }])
  await assert.rejects(planRewind(bus, group, name, { ...target, partition: 7 }), { exit: 2, remedy: /0 to 1/ })
})

it('given events of two moments, when planned by time, then only the later ones come again', async (t) => {
  const { bus, topic, consume } = scratch(t, createBus)
  const name = await topic(1)
  await bus.send(numbered(name, 2))
  const between = Date.now() + 1
  await until(() => Date.now() > between, 'another millisecond')
  await bus.send(numbered(name, 3))
  const { group, seen, stop } = await consume({ topics: [name] })
  await until(() => seen.length === 5, '5 records')
  await stop()

  const [move] = await planRewind(bus, group, name, { kind: 'time', time: between })
  assert.deepEqual(move, { partition: 0, from: 5n, to: 2n, again: 3n })
})

it('given a group or topic that does not exist, when planned, then it is wrong usage and the remedy is named', async (t) => {
  const { bus, topic, consume } = scratch(t, createBus)
  const name = await topic(1)
  await assert.rejects(planRewind(bus, 'nobody', name, { kind: 'earliest' }), { exit: 2, remedy: /lab lag/ })
  const { group, stop } = await consume({ topics: [name] })
  await stop()
  await bus.setOffsets(group, name, new Map([[0, 0n]]))
  await assert.rejects(planRewind(bus, group, 'nothing', { kind: 'earliest' }), { exit: 2, remedy: /lab topics/ })
})

it('given a group that is behind, when its lag is read, then each partition says how far', async (t) => {
  const { bus, topic, group } = scratch(t, createBus)
  const name = await topic(2)
  const mine = group()
  await bus.send(numbered(name, 5, 'one key'))
  await bus.setOffsets(
    mine,
    name,
    new Map([
      [0, 0n],
      [1, 0n],
    ]),
  )
  const [found] = await readLag(bus, mine)
  assert.deepEqual([found?.lag, found?.members, found?.partitions.length], [5n, 0, 2])
  await assert.rejects(readLag(bus, 'nobody'), { exit: 2 })
})

it('given times as people write them, when read, then they are milliseconds; nonsense is refused', () => {
  assert.equal(readTime('10m', 600_000), 0)
  assert.equal(readTime('1d', 86_400_000), 0)
  assert.equal(readTime('2026-05-01T12:00:00Z', 0), Date.UTC(2026, 4, 1, 12))
  for (const wrong of ['', 'yesterday', '10', '2026-13-01', '5']) assert.throws(() => readTime(wrong, 0), RangeError)
})
