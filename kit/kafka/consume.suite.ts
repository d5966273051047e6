import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isFault } from './bus.suite.ts'
import type { Bus, BusOptions, Delivery } from './bus.ts'
import { numbered, QUICK, scratch, until, valuesOf } from './scratch.ts'

type CreateBus = (options: BusOptions) => Bus

/** The half of the Bus suite that is about consuming. */
export function consumeSuite(createBus: CreateBus): void {
  describe('delivery', () => deliverySuite(createBus))
  describe('steering a consumer', () => steeringSuite(createBus))
}

/** A handler, and how often it was called for what it saw. */
function gathering() {
  const seen: string[] = []
  let deliveries = 0
  return {
    seen,
    onRecords: async ({ records }: Delivery) => {
      deliveries += 1
      seen.push(...valuesOf(records))
    },
    /** Waits for so many, in their order, and for fewer than half as many deliveries. */
    together: async (count: number) => {
      await until(() => seen.length === count, 'all records')
      assert.deepEqual(
        seen,
        Array.from({ length: count }, (_, i) => `value-${i}`),
      )
      assert.ok(deliveries < count / 2, `${deliveries} deliveries`)
    },
  }
}

function deliverySuite(createBus: CreateBus): void {
  it('given a consumer that stopped, when the group comes back, then it goes on after the last batch that returned', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 5))
    const first = await consume({ topics: [name] })
    await until(() => first.seen.length === 5, 'five records delivered')
    await first.stop()
    await bus.send(numbered(name, 5, null, 5))
    const second = await consume({ topics: [name], group: first.group })
    await until(() => second.seen.length >= 5, 'the rest delivered')
    assert.deepEqual(valuesOf(second.seen), ['value-5', 'value-6', 'value-7', 'value-8', 'value-9'])
  })

  for (const Thrown of [Error, TypeError]) {
    it(`given a handler that throws a ${Thrown.name}, when it is asked again, then the same records come, and other partitions went on`, async (t) => {
      const { bus, topic, consume } = scratch(t, createBus)
      const [bad, good] = [await topic(), await topic()]
      const seen: string[] = []
      let failures = 2
      const { isHealthy } = await consume({
        topics: [bad, good],
        retryDelayMs: 100,
        onFatal: assert.ifError,
        onRecords: async ({ topic: from, records }) => {
          if (from === bad && failures-- > 0) throw new Thrown('the database is away')
          seen.push(...records.map((record) => `${from === bad ? 'bad' : 'good'} ${record.value}`))
        },
      })
      await bus.send([...numbered(bad, 2), ...numbered(good, 1)])
      await until(() => seen.length === 3, 'all records handled')
      assert.deepEqual(seen, ['good value-0', 'bad value-0', 'bad value-1'])
      assert.ok(isHealthy())
    })
  }

  it('given several partitions with records, when they are delivered, then their handlers run side by side', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic(4)
    await bus.send(numbered(name, 100))
    const all = Promise.withResolvers<void>()
    let atWork = 0
    await consume({
      topics: [name],
      onRecords: async () => {
        if (++atWork === 4) all.resolve()
        await all.promise
      },
    })
    await until(() => atWork >= 4, 'four handlers at work together')
  })

  it('given a handler slower than the session timeout, when it returns, then it was not interrupted and nothing comes twice', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 1))
    const seen: string[] = []
    let stillMine: boolean | null = null
    const started = performance.now()
    const { group } = await consume({
      topics: [name],
      onRecords: async ({ records, isCurrent }) => {
        seen.push(...valuesOf(records))
        if (seen.length > 1) return
        await until(() => performance.now() - started > 2.5 * QUICK.sessionTimeoutMs, 'longer than the session', 60_000)
        stillMine = isCurrent()
      },
    })
    await until(() => stillMine !== null, 'the slow handler returned')
    assert.equal(stillMine, true)
    await bus.send(numbered(name, 1, null, 1))
    await until(() => seen.length >= 2, 'the next record')
    assert.deepEqual(seen, ['value-0', 'value-1'])
    assert.equal((await bus.group(group)).members.length, 1)
  })

  it('given `minBytes`, when records come one by one, then they are delivered together', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    const heard = gathering()
    await consume({ topics: [name], minBytes: 1_000_000, maxWaitMs: 1_000, onRecords: heard.onRecords })
    for (let i = 0; i < 12; i++) await bus.send(numbered(name, 1, null, i))
    await heard.together(12)
  })

  it('given `restMs`, when records come one by one, then the first comes at once, and those of a rest come together', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    const heard = gathering()
    const rests: number[] = []
    const restMs = () => {
      rests.push(heard.seen.length)
      return 1_500
    }
    await consume({ topics: [name], restMs, onRecords: heard.onRecords })
    await bus.send(numbered(name, 1))
    await until(() => heard.seen.length === 1, 'the first record')
    for (let i = 1; i < 12; i++) await bus.send(numbered(name, 1, null, i))
    await heard.together(12)
    assert.equal(rests[0], 1, 'no rest before the first record')
  })

  it('given an `onCommitted`, when it is told, then the broker has the offset', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 3))
    let told = 0
    const { group } = await consume({ topics: [name], onCommitted: () => told++ })
    await until(() => told > 0, 'a commit is told')
    assert.deepEqual(
      (await bus.lag(group, [name])).map(({ committed }) => committed),
      [3n],
    )
  })

  it('given an `onAssigned` that throws, when partitions are assigned, then records come all the same', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    const onAssigned = (): void => {
      throw new TypeError('a bug of the program')
    }
    const { seen } = await consume({ topics: [name], onAssigned, onFatal: assert.ifError })
    await bus.send(numbered(name, 1))
    await until(() => seen.length === 1, 'the record')
  })

  it('given a lone record, when its handler returned, then its offset is committed without another fetch or a stop', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    const { group, seen } = await consume({ topics: [name] })
    await bus.send(numbered(name, 1))
    await until(() => seen.length === 1, 'the record')
    await until(async () => (await bus.lag(group))[0]?.committed === 1n, 'the commit', 2_000)
  })
}

function steeringSuite(createBus: CreateBus): void {
  it('given a paused topic, when it is resumed, then what came meanwhile is delivered', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const [held, open] = [await topic(), await topic()]
    const { seen, pause, resume } = await consume({ topics: [held, open] })
    pause([held])
    await bus.send([...numbered(held, 2), ...numbered(open, 2, null, 2)])
    await until(() => seen.length === 2, 'the open topic')
    assert.deepEqual(valuesOf(seen), ['value-2', 'value-3'])
    resume([held])
    await until(() => seen.length === 4, 'the held topic')
  })

  it('given records behind it, when a consumer seeks back, then they come again', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 5))
    const { seen, seek } = await consume({ topics: [name] })
    await until(() => seen.length === 5, 'five records')
    seek(name, 0, 3n)
    await until(() => seen.length === 7, 'two again')
    assert.deepEqual(valuesOf(seen.slice(5)), ['value-3', 'value-4'])
  })

  it('given `from: latest`, when a new group starts, then it sees only what comes after', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 3))
    const { seen } = await consume({ topics: [name], from: 'latest' })
    let next = 3
    await until(async () => {
      await bus.send(numbered(name, 1, null, next++))
      return seen.length > 0
    }, 'a later record')
    assert.ok(!valuesOf(seen).includes('value-2'))
  })

  it('given a pattern, when topics match it, then all of them are consumed', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const names = [await topic(), await topic()]
    const { seen } = await consume({ topics: [new RegExp(`^(${names.join('|')})$`)] })
    await bus.send(names.flatMap((name) => numbered(name, 1)))
    await until(() => seen.length === 2, 'one record of each')
  })

  it('given two taps of one name, when both listen, then each sees everything and no group stays', async (t) => {
    const { bus, topic, consume, group } = scratch(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 3))
    const tap = group()
    const taps = [
      await consume({ topics: [name], group: tap, commit: false }),
      await consume({ topics: [name], group: tap, commit: false }),
    ]
    await until(() => taps.every((one) => one.seen.length === 3), 'three records each')
    for (const one of taps) await one.stop()
    assert.deepEqual(
      (await bus.groups()).filter((one) => one.group.startsWith(tap)),
      [],
    )
  })

  it('given a topic that does not exist, when it is consumed, then that fails clearly and at once', async (t) => {
    const { bus, topic } = scratch(t, createBus)
    const name = await topic()
    const started = performance.now()
    const attempt = bus.consume({ group: 'g', topics: [name, `${name}-missing`], onRecords: async () => {} })
    await assert.rejects(attempt, isFault('unknown-topic', { retriable: false }))
    assert.ok(performance.now() - started < 3_000)
  })

  it('given a handler at work, when the consumer stops, then it is told, may finish, and counts as done', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 1))
    const stopping = Promise.withResolvers<void>()
    let started = false
    const { stop, group } = await consume({
      topics: [name],
      onRecords: async () => {
        started = true
        await stopping.promise
      },
    })
    await until(() => started, 'the handler at work')
    const stopped = stop()
    stopping.resolve()
    await stopped
    assert.equal((await bus.lag(group))[0]?.committed, 1n)
  })

  it('given a handler that never returns, when the consumer stops, then the deadline holds', async (t) => {
    const { bus, topic, consume } = scratch(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 1))
    let current: (() => boolean) | null = null
    const { stop } = await consume({
      topics: [name],
      onRecords: ({ isCurrent }) => {
        current = isCurrent
        return new Promise(() => {})
      },
    })
    await until(() => current !== null, 'the handler at work')
    const started = performance.now()
    await stop(300)
    assert.ok(performance.now() - started < 1_000)
    assert.equal(current!(), false)
  })
}
