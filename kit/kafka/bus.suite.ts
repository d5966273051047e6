import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Bus, type BusOptions, KafkaFault, type LogRecord } from './bus.ts'
import { distinct, numbered, scratch, until, valuesOf } from './scratch.ts'

/** Whatever claims to be a Bus passes this, against the real Kafka that `KAFKA_BROKERS` names. */
export function busSuite(createBus: (options: BusOptions) => Bus): void {
  describe('sending', () => sendingSuite(createBus))
  describe('reading whole topics', () => readingSuite(createBus))
  describe('topics', () => topicsSuite(createBus))
  describe('groups', () => groupsSuite(createBus))
}

type CreateBus = (options: BusOptions) => Bus

export const isFault =
  (code: KafkaFault['code'], facts: Partial<KafkaFault> = {}) =>
  (error: unknown) => {
    assert.ok(error instanceof KafkaFault, String(error))
    assert.equal(error.code, code, error.message)
    for (const [name, value] of Object.entries(facts))
      assert.equal(error[name as keyof KafkaFault], value, `${name}: ${error.message}`)
    return true
  }

function sendingSuite(createBus: CreateBus): void {
  it('given records of every shape, when they are sent, then they arrive as they were', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    const before = Date.now() - 1
    await bus.send([
      { topic: name, key: 'k', value: 'grüße', headers: { traceparent: '00-1', empty: '' } },
      { topic: name, key: 'k', value: null },
      { topic: name, key: null, value: '' },
    ])
    const { seen } = await consume({ topics: [name] })
    await until(() => seen.length === 3, 'three records delivered')
    const [first, tombstone, keyless] = seen as [LogRecord, LogRecord, LogRecord]
    assert.deepEqual([String(first.key), String(first.value), first.offset], ['k', 'grüße', 0n])
    assert.deepEqual({ ...first.headers }, { traceparent: '00-1', empty: '' })
    assert.ok(first.timestamp >= before && first.timestamp <= Date.now())
    assert.equal(tombstone.value, null)
    assert.deepEqual([keyless.key, String(keyless.value), { ...keyless.headers }], [null, '', {}])
  })

  it('given hundreds of calls at once, when all resolve, then every record is there once, in the order of the calls', async (t) => {
    const { bus, topic } = scratch(t, createBus)
    const name = await topic(3)
    const calls = Array.from({ length: 300 }, (_, i) => bus.send(numbered(name, 10, `key-${i % 7}`, i * 10)))
    await Promise.all(calls)
    const byKey = new Map<string, number[]>()
    await bus.read([name], (record) => {
      const numbers = byKey.get(String(record.key)) ?? []
      numbers.push(Number(String(record.value).slice(6)))
      byKey.set(String(record.key), numbers)
    })
    assert.equal([...byKey.values()].flat().length, 3_000)
    for (const numbers of byKey.values())
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      )
  })

  it('given a call larger than a request may be, when it resolves, then all of it is stored', async (t) => {
    const { bus, topic } = scratch(t, createBus)
    const name = await topic()
    await bus.send(Array.from({ length: 2_500 }, (_, i) => ({ topic: name, key: String(i), value: 'x'.repeat(1_000) })))
    const [info] = await bus.topics([name])
    assert.equal(info!.partitions[0]!.high, 2_500n)
  })

  it('given calls in flight together, when one names no topic or is too large, then it alone is refused', async (t) => {
    const { bus, topic } = scratch(t, createBus)
    const name = await topic()
    const outcomes = await Promise.allSettled([
      bus.send(numbered(name, 2)),
      bus.send([{ topic: `${name}-missing`, key: null, value: 'x' }]),
      bus.send([{ topic: name, key: null, value: 'x'.repeat(2_000_000) }]),
      bus.send(numbered(name, 2, null, 2)),
    ])
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    )
    const [, missing, large] = outcomes as PromiseRejectedResult[]
    isFault('unknown-topic', { retriable: false, indefinite: false })(missing!.reason)
    isFault('too-large', { retriable: false, indefinite: false })(large!.reason)
    const seen: LogRecord[] = []
    await bus.read([name], (record) => seen.push(record))
    assert.deepEqual([...new Set(valuesOf(seen))].sort(), ['value-0', 'value-1', 'value-2', 'value-3'])
  })

  it('given a closed bus, when anything is asked of it, then it says so', async (t) => {
    const { topic } = scratch(t, createBus)
    const name = await topic()
    const bus = scratch(t, createBus).bus
    await bus.close()
    await assert.rejects(bus.send(numbered(name, 1)), isFault('closed'))
    await assert.rejects(bus.topics(), isFault('closed'))
    await assert.rejects(bus.consume({ group: 'g', topics: [name], onRecords: async () => {} }), isFault('closed'))
  })
}

function readingSuite(createBus: CreateBus): void {
  it('given records that keep coming, when a topic is read, then it stops at the high watermarks of the call', async (t) => {
    const { bus, topic } = scratch(t, createBus)
    const [name, empty] = [await topic(3), await topic(2)]
    await bus.send(numbered(name, 1_000))
    const seen: LogRecord[] = []
    let more: Promise<void> | null = null
    await bus.read([name, empty], (record) => {
      seen.push(record)
      more ??= bus.send(numbered(name, 500, null, 1_000))
    })
    await more
    assert.deepEqual(
      valuesOf(seen).sort(),
      numbered(name, 1_000)
        .map((one) => one.value)
        .sort(),
    )
  })

  it('given nothing to read, when read, then it returns at once', async (t) => {
    const { bus, topic } = scratch(t, createBus)
    await bus.read([await topic()], () => assert.fail('there is nothing'))
  })

  it('given a reader that throws or a name without a topic, when read, then the call rejects and leaves no group', async (t) => {
    const { bus, topic } = scratch(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 1))
    const failing = bus.read([name], () => {
      throw new Error('no more, please')
    })
    await assert.rejects(failing, /no more, please/)
    await assert.rejects(
      bus.read([`${name}-missing`], () => {}),
      isFault('unknown-topic'),
    )
    const left = (await bus.groups()).filter((group) => group.members.some((one) => one.assignment[name]))
    assert.deepEqual(left, [])
  })
}

function topicsSuite(createBus: CreateBus): void {
  it('given some topics that exist, when more are created, then only the new ones are named, and all can be used', async (t) => {
    const { bus, topic } = scratch(t, createBus)
    const name = await topic(2)
    const made = await bus.createTopics([
      { topic: name, partitions: 2 },
      { topic: `${name}-dlq`, partitions: 1 },
    ])
    assert.deepEqual(made, [`${name}-dlq`])
    await bus.send(numbered(`${name}-dlq`, 1))
    const infos = await bus.topics([name, `${name}-dlq`, `${name}-missing`])
    assert.deepEqual(infos.map((info) => [info.topic, info.partitions.length]).sort(), [
      [name, 2],
      [`${name}-dlq`, 1],
    ])
    await bus.deleteTopics([`${name}-dlq`, `${name}-missing`])
    assert.deepEqual(await bus.topics([`${name}-dlq`]), [])
    await assert.rejects(bus.send(numbered(`${name}-dlq`, 1)), isFault('unknown-topic'))
    await bus.send(numbered(name, 1))
  })

  it('given records at known times, when offsets are asked by time, then each partition names its first at or after it', async (t) => {
    const { bus, topic } = scratch(t, createBus)
    const name = await topic(1)
    await bus.send(numbered(name, 3))
    const seen: LogRecord[] = []
    await bus.read([name], (record) => seen.push(record))
    await until(() => Date.now() > seen[2]!.timestamp, 'the next millisecond')
    await bus.send(numbered(name, 2, null, 3))
    assert.deepEqual(await bus.offsetsAt(name, 0), new Map([[0, 0n]]))
    assert.deepEqual(await bus.offsetsAt(name, seen[2]!.timestamp + 1), new Map([[0, 3n]]))
    assert.deepEqual(await bus.offsetsAt(name, Date.now() + 60_000), new Map([[0, 5n]]))
  })
}

function groupsSuite(createBus: CreateBus): void {
  it('given a group at work, when it is described, then its member, its partitions and its lag are told', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic(2)
    await bus.send(numbered(name, 10))
    const { group, seen, stop } = await consume({ topics: [name] })
    await until(() => distinct(seen) === 10, 'ten records delivered')
    const info = await bus.group(group)
    assert.equal(info.state, 'Stable')
    assert.deepEqual(
      info.members.map((one) => ({ ...one.assignment })),
      [{ [name]: [0, 1] }],
    )
    assert.ok((await bus.groups()).some((one) => one.group === group))
    await until(async () => (await bus.lag(group)).every((one) => one.lag === 0n), 'lag 0')
    await stop()
    await bus.send(numbered(name, 4, 'one-key'))
    const lag = await bus.lag(group, [name])
    assert.equal(
      lag.reduce((sum, one) => sum + one.lag, 0n),
      4n,
    )
    assert.equal(lag.length, 2)
  })

  it('given a group, when its offsets are set, then that is refused while it is active and holds once it is not', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 10))
    const first = await consume({ topics: [name] })
    await until(() => distinct(first.seen) === 10, 'ten records delivered')
    await assert.rejects(bus.setOffsets(first.group, name, new Map([[0, 0n]])), isFault('group-active'))
    await assert.rejects(bus.deleteGroup(first.group), isFault('group-active'))
    await first.stop()
    await bus.setOffsets(first.group, name, new Map([[0, 7n]]))
    assert.deepEqual(
      (await bus.lag(first.group)).map((one) => [one.committed, one.lag]),
      [[7n, 3n]],
    )
    const second = await consume({ topics: [name], group: first.group })
    await until(() => second.seen.length === 3, 'three records again')
    assert.deepEqual(valuesOf(second.seen), ['value-7', 'value-8', 'value-9'])
  })

  it('given a group that never was, when asked about or deleted, then it is Dead, has no lag rows, and deleting it is no fault', async (t) => {
    const { bus } = scratch(t, createBus)
    const name = `never-${Math.random()}`
    assert.equal((await bus.group(name)).state, 'Dead')
    assert.deepEqual(await bus.lag(name), [])
    await bus.deleteGroup(name)
  })
}
