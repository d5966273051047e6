/**
 * The dashboard's hub before the reference shop, on a broker of its own. The tests share it and run in this order; each uses orders of
 * its own.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, it } from 'node:test'
import { promisify } from 'node:util'
import { startBroker, type ThrowawayBroker } from '../../../cli/broker/throwaway.ts'
import { shopPorts } from '../../../cli/shop/dashboard/shop-ports.ts'
import { shownFleet } from '../../../cli/shop/dashboard/shown-fleet.ts'
import { type Fleet, startFleet } from '../../../cli/shop/fleet.ts'
import type { Bus } from '../../../kit/kafka/bus.ts'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { createHub, type Hub } from '../../../web/hub/hub.ts'
import type {
  DeadLetterRow,
  OrderAnswer,
  Passport,
  Recording,
  ReplayOutcome,
  SagaStory,
  SagaSummary,
} from '../../../web/hub/protocol.ts'
import { openPage, type TestPage } from './page.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'shop-hub-'))
const WRONG_CLOCK = path.join(import.meta.dirname, 'wrong-clock.fixture.ts')
const run = promisify(execFile)
const PATIENCE_MS = 45_000
const ORDER = { productId: 201, quantity: 1, amount: 900 }
let broker: ThrowawayBroker
let bus: Bus
let hub: Hub
let fleet: Fleet
let page: TestPage

const soon = (holds: () => boolean | Promise<boolean>, what: string) => until(holds, what, PATIENCE_MS)
const place = async (count: number): Promise<readonly string[]> =>
  (await page.post<OrderAnswer>('/api/orders', { ...ORDER, count })).orderIds
const isAt = (orderId: string, status: SagaSummary['status']) => page.saga(orderId)?.status === status
const eventOf = (type: string, orderId: string) =>
  JSON.stringify({
    eventId: `${type}.${orderId}`,
    eventType: type,
    timestamp: new Date().toISOString(),
    data: { orderId, ...ORDER },
  })

before(async () => {
  broker = await startBroker({ dir: path.join(dir, 'kafka') })
  bus = createBus({ brokers: [broker.brokers], clientId: 'lab-hub', log: () => {} })
  const shown = shownFleet({ brokers: broker.brokers, kind: 'java' })
  const { ports } = shopPorts(bus, shown.shop)
  hub = await createHub({ model: shown.shop.model, ports, page: () => ({ state: 'building' }), port: 0 })
  fleet = await startFleet({
    ...{ brokers: [broker.brokers], dir: path.join(dir, 'data'), logDir: path.join(dir, 'logs'), ports: 'free' },
    env: { LOG_LEVEL: 'warn', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: hub.tracesUrl },
  })
  shown.use(fleet)
  page = await openPage(hub)
  await fleet.waitReady(60_000)
})

after(async () => {
  page?.close()
  await fleet?.stop()
  await hub?.close()
  await bus?.close()
  await broker?.kill9()
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
})

it('given a hub that was there first, when the shop comes up, then the page hears of its services and groups', async () => {
  const up = () => page.frames.findLast(({ services }) => services)?.services?.every(({ health }) => health === 'up')
  await soon(() => up() === true, 'four services that are up')
  const stable = () => page.groups().filter(({ state, members }) => state === 'Stable' && members.length === 1)
  await soon(() => stable().length === 4, 'four groups, one member each')
  assert.deepEqual(
    stable()
      .map(({ service }) => service)
      .sort(),
    ['inventory', 'notification', 'order', 'payment'],
  )
})

it('given three orders, when they go their way, then every record is drawn, counted exactly and confirmed by its readers', async () => {
  const orderIds = await place(3)
  await soon(() => orderIds.every((id) => isAt(id, 'confirmed')), 'three confirmed orders')
  const drawn = (orderId: string) => new Set(page.dots().flatMap((dot) => (dot.orderId === orderId ? [dot.topic] : [])))
  await soon(() => orderIds.every((id) => drawn(id).size === 3), 'three records of each')
  await soon(() => page.counts()['stock-reserved>notification']?.ok === 3, 'committed offsets on the last edge')
  assert.deepEqual(page.counts()['order>order-created'], { pending: 3 })
  assert.deepEqual(page.counts()['order-created>payment'], { pending: 3 })
  assert.deepEqual(page.counts()['inventory>stock-reserved'], { ok: 3 })
})

it('given an order, when its story is asked for, then waiting and work are told apart, and its passports lead to each other', async () => {
  const [orderId = ''] = await place(1)
  await soon(() => isAt(orderId, 'confirmed'), 'a confirmed order')
  const story = () => page.get<SagaStory>(`/api/sagas/${orderId}`)
  await soon(
    async () => (await story()).steps.filter(({ workedMs }) => workedMs !== null).length === 2,
    'the spans of two steps',
  )
  const { steps, spans, summary } = await story()
  assert.deepEqual(
    steps.map(({ state }) => state),
    ['done', 'done', 'done', 'not-needed', 'not-needed'],
  )
  assert.ok(spans.length >= 6, `${spans.length} spans`)
  assert.ok((summary.criticalMs ?? -1) >= 0)
  const paid = steps[1]?.record
  const passport = await page.get<Passport>(`/api/events/payment-success/${paid?.partition}/${paid?.offset}`)
  assert.equal(passport.causedBy?.topic, 'order-created')
  assert.deepEqual(
    passport.causes.map(({ topic }) => topic),
    ['stock-reserved'],
  )
  assert.deepEqual(passport.problems, [])
  assert.deepEqual(
    new Set(passport.handlings.map(({ service, outcome }) => `${service} ${outcome}`)),
    new Set(['inventory handled', 'order handled']),
  )
})

it('given an event that is published again, then the page sees the duplicate, and that its readers ignored it', async () => {
  const [orderId = ''] = await place(1)
  await soon(() => isAt(orderId, 'confirmed'), 'a confirmed order')
  const dot = page.dots().find((one) => one.orderId === orderId && one.topic === 'order-created')
  const { raw } = await page.get<Passport>(`/api/events/order-created/${dot?.partition}/${dot?.offset}`)
  await bus.send([{ topic: 'order-created', key: orderId, value: raw }])
  await soon(() => page.dots().some((one) => one.orderId === orderId && one.duplicate), 'the duplicate')
  await soon(
    () => page.handlings().some((one) => one.orderId === orderId && one.outcome === 'duplicate-ignored'),
    'that it was ignored',
  )
  await soon(() => page.saga(orderId)?.marks.includes('duplicate') === true, 'the mark on the order')
})

it('given a poison message, then it is found among the dead letters, fails again as it is, and is handled once it is put right', async () => {
  await bus.send([{ topic: 'payment-success', key: 'hurt', value: '{"eventType":"payment-success"}' }])
  const letters = () => page.get<DeadLetterRow[]>('/api/dead-letters?topic=payment-success-dlq')
  await soon(async () => (await letters()).length === 2, 'a letter of each reader')
  const letter = (await letters()).find(({ group }) => group === 'inventory-group')
  assert.match(letter?.error ?? '', /eventId/)
  assert.equal(letter?.originTopic, 'payment-success')
  const { topic, partition, offset } = letter!.dot
  const replay = (more: object) =>
    page.post<ReplayOutcome[]>('/api/dead-letters/replay', { letters: [{ topic, partition, offset }], ...more })
  const [again] = await replay({})
  assert.equal(again?.outcome, 'failed-again')
  const [right] = await replay({ editedValue: eventOf('payment-success', 'hurt') })
  assert.equal(right?.outcome, 'handled')
  assert.equal((await letters()).find(({ dot }) => dot.offset === offset)?.replayed, true)
})

it('given hostile bytes, a megabyte and unknown types, then the hub stays whole', async () => {
  const nasty = '<script>alert(1)</script>\u0000\u001b[31m\u202e'
  await bus.send([
    { topic: 'stock-depleted', key: nasty, value: nasty },
    { topic: 'stock-depleted', key: null, value: null },
    {
      topic: 'stock-depleted',
      key: 'big',
      value: JSON.stringify({ eventId: 'big', data: { orderId: 'x'.repeat(1_000_000) } }),
    },
    {
      topic: 'stock-depleted',
      key: 'odd',
      value: JSON.stringify({ eventId: nasty, eventType: nasty, data: { orderId: [1] } }),
    },
  ])
  await soon(() => page.dots().filter(({ topic }) => topic === 'stock-depleted').length === 4, 'four records')
  const shown = page.dots().filter(({ topic }) => topic === 'stock-depleted')
  assert.ok(shown.some(({ key }) => key === '<script>alert(1)</script>\\u{0}\\u{1b}[31m\\u{202e}'))
  for (const { partition, offset } of shown) await page.get(`/api/events/stock-depleted/${partition}/${offset}`)
})

it('given producers whose clocks are wrong, then their records are told with the time of both clocks, and no figure goes below nothing', async () => {
  const MINUTE_MS = 60_000
  const publish = (wrongBy: number, topic: string, key: string) => {
    const records = [{ topic, key, value: eventOf(topic, key) }]
    return run(process.execPath, [WRONG_CLOCK, broker.brokers, String(wrongBy), JSON.stringify(records)])
  }
  await publish(50 * MINUTE_MS, 'order-created', 'early')
  await publish(-10 * 365 * 24 * 60 * MINUTE_MS, 'stock-depleted', 'late')
  const dotOf = (key: string) => page.dots().find((dot) => dot.key === key && dot.topic !== 'payment-success')
  await soon(() => dotOf('early') !== undefined && dotOf('late') !== undefined, 'both records')
  for (const [key, wrongBy] of [
    ['early', 50],
    ['late', -10 * 365 * 24 * 60],
  ] as const) {
    const { at, seen } = dotOf(key)!
    assert.ok(Math.abs(seen - Date.now()) < 10 * MINUTE_MS, `${key}: seen by the hub's clock`)
    assert.ok(Math.abs((at - seen) / MINUTE_MS - wrongBy) < 10, `${key}: sent by the producer's`)
  }
  // Paid by a service whose clock is right, before it was placed, as it were.
  await soon(
    () => page.dots().some((dot) => dot.orderId === 'early' && dot.topic === 'stock-reserved'),
    'its last event',
  )
  const { steps, summary } = await page.get<SagaStory>('/api/sagas/early')
  assert.equal(summary.status, 'confirmed')
  assert.equal(summary.criticalMs, 0)
  for (const { waitedMs, workedMs } of steps) assert.ok((waitedMs ?? 0) >= 0 && (workedMs ?? 0) >= 0)
  const { numbers } = page.frames.findLast((frame) => frame.numbers) ?? {}
  assert.ok((numbers?.criticalP50Ms ?? 0) >= 0 && (numbers?.criticalP99Ms ?? 0) >= 0)
})

it('given a service that is scaled to three, then its group has three members that share the partitions; and one again', async () => {
  const members = () => page.groups().find(({ group }) => group === 'payment-group')?.members ?? []
  await page.post('/api/scale', { service: 'payment', instances: 3 })
  await soon(
    () => members().length === 3 && members().every(({ partitions }) => (partitions['order-created']?.length ?? 0) > 0),
    'three members',
  )
  await page.post('/api/scale', { service: 'payment', instances: 1 })
  await soon(() => members().length === 1, 'one member')
})

it('given a group that is set back to the beginning, then it reads all again, and ignores what its inbox knows', async () => {
  const before = page.handlings().filter(({ outcome }) => outcome === 'duplicate-ignored').length
  const { moved } = await page.post<{ moved: number }>('/api/rewind', {
    group: 'payment-group',
    topic: 'order-created',
  })
  assert.ok(moved >= 6, String(moved))
  const ignored = () => page.handlings().filter(({ outcome }) => outcome === 'duplicate-ignored').length - before
  await soon(() => ignored() >= moved, `${moved} duplicates that are ignored`)
})

it('given a service that is frozen or gone, then the page is told', async () => {
  const health = (name: string) =>
    page.frames.flatMap(({ services }) => services ?? []).findLast((service) => service.name === name)?.health
  await fleet.kill('notification', 0, 'SIGSTOP')
  await soon(() => health('notification') === 'frozen', 'a frozen service')
  await fleet.kill('notification', 0, 'SIGCONT')
  await soon(() => health('notification') === 'up', 'a service that is up again')
  await fleet.kill('notification')
  await soon(() => health('notification') === 'down', 'a service that is gone')
  await fleet.restart('notification')
  await soon(() => health('notification') === 'up', 'a service that is back')
})

it('given a broker that stands still, then the outbox of the order service is seen to grow, and to empty once it goes on', async () => {
  const depth = () =>
    page.frames.flatMap(({ services }) => services ?? []).findLast(({ name }) => name === 'order')?.outboxDepth ?? 0
  await broker.freeze()
  await place(5)
  await soon(() => depth() >= 5, 'five events in the outbox')
  await broker.thaw()
  await soon(() => depth() === 0, 'an empty outbox')
})

it('given what happened, when the last minute is exported, then it begins with a snapshot and holds frames, stories and passports', async () => {
  const [orderId = ''] = await place(1)
  await soon(() => isAt(orderId, 'confirmed'), 'a confirmed order')
  const { format, snapshot, frames, passports, stories } = await page.get<Recording>('/api/recording')
  assert.equal(format, 'saga-lab-recording')
  assert.equal(snapshot.topology.services.length, 4)
  assert.ok(frames.flatMap(({ dots }) => dots ?? []).some((dot) => dot.orderId === orderId))
  assert.ok(passports.some(({ dot }) => dot.orderId === orderId))
  assert.ok(stories.some(({ summary }) => summary.orderId === orderId))
})
