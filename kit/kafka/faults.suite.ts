import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it, type TestContext } from 'node:test'
import { isFault } from './bus.suite.ts'
import type { Bus, BusOptions, LogRecord } from './bus.ts'
import { type BrokerProxy, startProxy } from './proxy.fixture.ts'
import { brokersForTests, numbered, QUICK, scratch, until, valuesOf } from './scratch.ts'

type CreateBus = (options: BusOptions) => Bus

/** The half of the Bus suite in which things break. */
export function faultsSuite(createBus: CreateBus): void {
  describe('a broker that goes away', () => outageSuite(createBus))
  describe('a member that dies', () => {
    it('given a member killed with -9, when its session ran out, then the other one gets its records', async (t) => {
      const { bus, topic, consume, group } = scratch(t, createBus)
      const [name, shared] = [await topic(2), group()]
      const child = spawn(process.execPath, [`${import.meta.dirname}/member.fixture.ts`, shared, name], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      t.after(() => child.kill('SIGKILL'))
      await once(child.stdout, 'data')
      const { seen } = await consume({ topics: [name], group: shared })
      await bus.send(numbered(name, 50))
      await until(async () => (await bus.group(shared)).members.length === 2, 'two members')
      child.kill('SIGKILL')
      await until(() => new Set(valuesOf(seen)).size === 50, 'all records', QUICK.sessionTimeoutMs + 5_000)
    })
  })
}

async function behindProxy(t: TestContext, createBus: CreateBus, options: Partial<BusOptions> = {}) {
  const proxy = await startProxy(brokersForTests()[0]!)
  const kit = scratch(t, createBus, {
    brokers: [proxy.address],
    requestTimeoutMs: 1_000,
    connectTimeoutMs: 500,
    ...options,
  })
  t.after(() => proxy.close())
  return { ...kit, proxy, direct: scratch(t, createBus) }
}

function outageSuite(createBus: CreateBus): void {
  it('given a broker that goes and comes back, when it is back, then sends and consumers go on by themselves', async (t) => {
    const { bus, topic, consume, proxy } = await behindProxy(t, createBus)
    const name = await topic()
    const { seen, isHealthy } = await consume({ topics: [name], onFatal: assert.ifError })
    await bus.send(numbered(name, 1))
    await until(() => seen.length === 1 && isHealthy(), 'the first record')
    proxy.mode('cut')
    await assert.rejects(bus.send(numbered(name, 1, null, 1)), isFault('unreachable', { retriable: true }))
    await until(() => !isHealthy(), 'the consumer to say that it is not well')
    proxy.mode('pass')
    await bus.send(numbered(name, 1, null, 2))
    await until(() => valuesOf(seen).includes('value-2'), 'the record after the outage', 20_000)
    await until(isHealthy, 'health')
  })

  it('given a broker that freezes, when it thaws, then the consumer is back in its group', async (t) => {
    const { bus, topic, consume, proxy, direct } = await behindProxy(t, createBus)
    const name = await topic()
    const { seen, group } = await consume({ topics: [name], onFatal: assert.ifError })
    proxy.mode('freeze')
    await until(
      async () => (await direct.bus.group(group)).members.length === 0,
      'the group to drop its member',
      20_000,
    )
    proxy.mode('pass')
    await bus.send(numbered(name, 1)).catch(() => bus.send(numbered(name, 1)))
    await until(() => seen.length > 0, 'the record after the freeze', 20_000)
  })

  it('given an ack that is lost, when the send fails, then it says that it may have happened, and the next one works', async (t) => {
    const { bus, topic, proxy, direct } = await behindProxy(t, createBus)
    const name = await topic()
    await bus.send(numbered(name, 1))
    proxy.mode('mute')
    await assert.rejects(
      bus.send(numbered(name, 1, null, 1)),
      isFault('timeout', { retriable: true, indefinite: true }),
    )
    proxy.mode('pass')
    await bus.send(numbered(name, 1, null, 2))
    const seen: LogRecord[] = []
    await direct.bus.read([name], (record) => seen.push(record))
    const firsts = [...new Set(valuesOf(seen))]
    assert.deepEqual(firsts, ['value-0', 'value-1', 'value-2'], 'stored although it failed, and in order')
  })

  it('given a group that cannot be joined, when the start deadline passes, then `ready` rejects with likely reasons', async (t) => {
    const { bus, topic, proxy, group } = await behindProxy(t, createBus)
    const name = await topic()
    const starting = bus.consume({ group: group(), topics: [name], startDeadlineMs: 700, onRecords: async () => {} })
    const consumption = await starting
    proxy.mode('freeze')
    await assert.rejects(consumption.ready, isFault('start-deadline'))
    await assert.rejects(consumption.ready, /READ on the group/)
    assert.equal(consumption.isHealthy(), false)
    await stopsInTime(consumption, proxy)
  })

  it('given a frozen broker, when the bus is closed, then that takes no longer than its deadline', async (t) => {
    const { bus, topic, consume, proxy } = await behindProxy(t, createBus)
    await consume({ topics: [await topic()] })
    proxy.mode('freeze')
    const started = performance.now()
    await bus.close()
    assert.ok(performance.now() - started < 9_000)
    proxy.mode('pass')
  })
}

async function stopsInTime(
  consumption: { stop(deadlineMs: number): Promise<void> },
  proxy: BrokerProxy,
): Promise<void> {
  const started = performance.now()
  await consumption.stop(500)
  assert.ok(performance.now() - started < 1_500)
  proxy.mode('pass')
}
