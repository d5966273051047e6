import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { until } from '../../../kit/kafka/scratch.ts'
import type { EventName, NewEvent } from '../../../services/contracts/catalogue.ts'
import { ledOrderOf, openStage, orderOf, type Said, type Stage } from './stage.ts'

/** Shipping as two processes on a real broker, seen from its topics. The tests share it; each has orders of its own. */
let stage: Stage
before(async () => {
  stage = await openStage({
    CARRIER_STEP_MS: '300',
    CARRIER_BATCH: '500',
    CARRIER_FAIL_RATE: '0.2',
    CARRIER_LATE_RATE: '0.3',
    CARRIER_LATE_MS: '300',
  })
})
after(() => stage?.close())

const range = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}-${i}`)
const reserved = (orderId: string): NewEvent<'stock-reserved'> => ({ type: 'stock-reserved', data: orderOf(orderId) })
const cancelled = (orderId: string): NewEvent<'order-cancelled'> => ({
  type: 'order-cancelled',
  data: { ...orderOf(orderId), reason: 'changed my mind' },
})
const ask = (orderId: string, command: 'ship' | 'unship', sequence: number): NewEvent<EventName> => ({
  type: 'shipping.saga.command',
  data: { ...ledOrderOf(orderId), command, sequence },
  occurrence: sequence,
})

/** An order's way as its events tell it: `created`, then each status; and that they came in order, from one status to the next. */
const wayOf = (events: readonly Said[]): string[] => {
  const way: string[] = []
  for (const event of events) {
    if (event.eventType === 'shipping.shipment.created') way.push('CREATED')
    if (event.eventType !== 'shipping.shipment.status-changed') continue
    assert.equal(event.data.from, way.at(-1) ?? null, `${event.data.orderId}: ${way} then ${event.data.status}`)
    way.push(event.data.status)
  }
  return way
}
const byTime = (events: readonly Said[]): Said[] => {
  const rank = ({ eventType, eventId }: Said) =>
    eventType === 'shipping.shipment.created' ? 0 : Number(/\d+$/.exec(eventId)?.[0])
  return events.toSorted((one, other) => rank(one) - rank(other))
}
const ends = ['DELIVERED', 'FAILED', 'CANCELLED']
const waysOf = async (orders: readonly string[]): Promise<string[][]> => {
  const said = await stage.said()
  return orders.map((id) => wayOf(byTime(said.get(id) ?? [])))
}
const untilEnded = (orders: readonly string[]) =>
  until(async () => (await waysOf(orders)).every((way) => ends.includes(way.at(-1) ?? '')), 'all ended', 120_000)

it('given events of orders, twice and with instances killed at any moment, then each parcel goes one whole way', async () => {
  const orders = range('kill', 150)
  for (let i = 0; i < orders.length; i += 30) {
    const some = orders.slice(i, i + 30).map(reserved)
    await stage.publish([...some, ...some])
    await stage.fleet.kill('shipping', (i / 30) % 2)
    await stage.fleet.restart('shipping', (i / 30) % 2)
  }
  await stage.fleet.waitReady(60_000)
  await stage.publish(orders.map(reserved))
  await untilEnded(orders)
  const ways = (await waysOf(orders)).map(String)
  const refused = ways.filter((way) => way === 'FAILED').length
  const late = ways.filter((way) => way === 'CREATED,PICKED_UP,IN_TRANSIT,DELAYED,DELIVERED').length
  const good = ways.filter((way) => way === 'CREATED,PICKED_UP,IN_TRANSIT,DELIVERED').length
  assert.equal(refused + late + good, orders.length)
  for (const [count, share] of [
    [refused, 0.2],
    [late, 0.24],
  ] as const)
    assert.ok(Math.abs(count / orders.length - share) < 0.12, `${count} of ${orders.length}, expected about ${share}`)
  const updated = [...(await stage.said()).values()]
    .flat()
    .filter((one) => one.eventType === 'shipping.shipment.updated')
  assert.equal(updated.length, late, 'who is late is told a new time, once')
})

for (const point of [
  'consume.before-apply#2',
  'tx.before-commit#3',
  'tx.after-commit/before-ack#3',
  'relay.sent-not-marked#2',
  'consume.applied-not-committed#2',
]) {
  it(`given a crash at ${point}, then no parcel is lost and none is sent twice`, async () => {
    const orders = range(`crash ${point}`, 30)
    await stage.fleet.restart('shipping', 0, { CRASH_AT: point })
    const before = stage.fleet.exits.length
    const hasCrashed = () => stage.fleet.exits.slice(before).some(({ instance }) => instance === 0)
    let more = 0
    await until(async () => {
      if (hasCrashed()) return true
      if (await stage.hasRead()) await stage.publish([...orders, `more ${point} ${more++}`].map(reserved))
      return false
    }, 'it came to this point')
    await stage.fleet.restart('shipping')
    await stage.fleet.waitReady(60_000)
    await stage.publish(orders.map(reserved))
    await untilEnded(orders)
  })
}

it('given cancellations before, with and after the reservation, then nothing is sent, and late ones change nothing', async () => {
  const [early, soon, late] = [range('early', 10), range('soon', 10), range('late', 10)]
  await stage.publish(early.map(cancelled))
  await stage.untilRead()
  await stage.publish([
    ...early.map(reserved),
    ...soon.flatMap((id) => [reserved(id), cancelled(id)]),
    ...late.map(reserved),
  ])
  await untilEnded(late)
  await stage.publish(late.map(cancelled))
  await stage.untilRead()
  for (const way of await waysOf(early)) assert.deepEqual(way, [])
  for (const way of await waysOf(late)) assert.ok(!way.includes('CANCELLED'), `${way}`)
  // Two topics have no common order: where the cancellation came first, nothing is said, ever.
  const isOver = (way: readonly string[]) => way.length === 0 || ends.includes(way.at(-1)!)
  await until(async () => (await waysOf(soon)).every(isOver), 'all that was sent ended', 60_000)
})

it('given an orchestrated order, then its events are passed over and each command is answered with what became of it', async () => {
  const orders = range('led', 40)
  await stage.publish(
    orders.flatMap((id) => [
      { type: 'stock-reserved', data: ledOrderOf(id) } as const,
      { type: 'order-cancelled', data: { ...ledOrderOf(id), reason: 'r' } } as const,
    ]),
  )
  await stage.untilRead()
  await stage.publish(orders.flatMap((id) => [ask(id, 'ship', 1), ask(id, 'ship', 1), ask(id, 'ship', 2)]))
  const repliesOf = async (id: string) =>
    ((await stage.said()).get(id) ?? []).flatMap((one) => (one.eventType === 'shipping.saga.reply' ? [one.data] : []))
  await until(
    async () => (await Promise.all(orders.map(repliesOf))).every(({ length }) => length === 2),
    'two answers each',
    60_000,
  )
  await untilEnded(orders)
  await stage.publish(orders.flatMap((id) => [ask(id, 'unship', 3)]))
  await until(
    async () => (await Promise.all(orders.map(repliesOf))).every(({ length }) => length === 3),
    'three answers',
    60_000,
  )
  for (const id of orders) {
    const [way] = await waysOf([id])
    const [first, second, third] = (await repliesOf(id)).toSorted((one, other) => one.sequence - other.sequence)
    const isRefused = way![0] === 'FAILED'
    assert.equal(first!.outcome, isRefused ? 'refused' : 'done')
    assert.deepEqual({ ...second, sequence: 1 }, first)
    assert.equal(third!.outcome, isRefused ? 'done' : 'refused', 'what is delivered cannot be called back')
    for (const { data } of (await stage.said()).get(id)!) assert.equal(data.saga, 'orchestration')
  }
})

it('given unship before ship, then nothing is sent: the first is done, the second refused', async () => {
  await stage.publish([ask('barred', 'unship', 2)])
  await stage.untilRead()
  await stage.publish([ask('barred', 'ship', 1)])
  await until(async () => (await stage.said()).get('barred')?.length === 2, 'two answers', 60_000)
  const outcomes = (await stage.said()).get('barred')!.map((one) => 'outcome' in one.data && one.data.outcome)
  assert.deepEqual(outcomes, ['done', 'refused'])
})

it('given poison on each of its topics, then it lies in the dead letters once, and what is behind it is worked on', async () => {
  const poison = ['{', '{"no":"event"}', '', '[]', '{"__proto__":{"x":1}}'].flatMap((value) =>
    ['stock-reserved', 'order-cancelled', 'shipping.saga.command', 'identity.user.created'].map((topic) => ({
      topic,
      key: 'poison',
      value,
    })),
  )
  await stage.bus.send(poison)
  await stage.publish([reserved('behind'), cancelled('poison'), ask('behind-command', 'ship', 1)])
  await untilEnded(['behind'])
  await until(async () => (await stage.deadLetters()).length === poison.length, 'the dead letters', 60_000)
  await stage.untilRead()
  assert.equal((await stage.deadLetters()).length, poison.length)
})

it('given SIGTERM, when parcels are under way, then both instances end in order and leave the rest to the next start', async () => {
  const orders = range('stop', 40)
  await stage.publish(orders.map(reserved))
  const exits = await Promise.all([0, 1].map((i) => stage.fleet.kill('shipping', i, 'SIGTERM'))).then(() =>
    stage.fleet.exits.slice(-2),
  )
  assert.deepEqual(
    exits.map(({ code }) => code),
    [0, 0],
  )
  await Promise.all([0, 1].map((i) => stage.fleet.restart('shipping', i)))
  await stage.fleet.waitReady(60_000)
  await untilEnded(orders)
})
