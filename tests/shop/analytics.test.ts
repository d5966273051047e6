import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { until } from '../../kit/kafka/scratch.ts'
import type { Funnel } from '../../services/analytics/queries.ts'
import { openStage, type Stage } from './one-service.ts'
import { epoch, publish, storiesFrom } from './published-orders.ts'

/** The tests share one service and go on where the one before ended. */
let stage: Stage
before(async () => {
  stage = await openStage({ service: 'analytics', instances: 2 })
})
after(() => stage?.leave())

interface Rebuild {
  readonly state: string
  readonly records: number
  readonly recordsTotal: number
  readonly error: string | null
}
interface Sales {
  readonly sales: { product: string; start: string; orders: number; units: number; amount: string }[]
  readonly cursor: string | null
}

const funnel = () => stage.get<Funnel>('/api/analytics/funnel')
const rebuild = () => stage.get<Rebuild>('/api/analytics/rebuild')
const day = `from=${new Date(epoch).toISOString()}&to=${new Date(epoch + 86_400_000).toISOString()}`
/** All that can be asked, for comparing. */
const figures = async () => ({
  funnel: await funnel(),
  cancellations: await stage.get('/api/analytics/cancellations'),
  delivery: await stage.get('/api/analytics/delivery'),
  sales: await stage.get(`/api/analytics/sales?${day}&limit=1000`),
})
const counted = (placed: number) =>
  until(async () => (await funnel()).placed === placed, `${placed} orders are counted`, 60_000)
const rebuilt = () => until(async () => (await rebuild()).state !== 'running', 'the rebuild is over', 60_000)

it('given orders of every fate and both kinds of saga, some of their events twice, then each is counted once', async () => {
  await publish(stage.bus, storiesFrom(0, 600))
  await publish(stage.bus, storiesFrom(0, 60), 2)
  await stage.untilRead()
  const { bySaga, ...all } = await funnel()
  assert.deepEqual([all.placed, all.shipped, all.confirmed, all.delivered, all.cancelled], [600, 200, 200, 100, 400])
  assert.equal(bySaga.orchestration.placed, 150)
  assert.equal(bySaga.choreography.placed, 450)
  const { reasons } = await stage.get<{ reasons: { kind: string; orders: number }[] }>('/api/analytics/cancellations')
  assert.deepEqual(
    reasons
      .filter(({ orders }) => orders > 0)
      .map(({ kind, orders }) => [kind, orders])
      .sort(),
    [
      ['carrier-refused', 100],
      ['customer', 100],
      ['out-of-stock', 100],
      ['payment-declined', 100],
    ],
  )
  const { delivered, p50Ms } = await stage.get<{ delivered: number; p50Ms: number }>('/api/analytics/delivery')
  assert.equal(delivered, 100)
  assert.ok(p50Ms > 3_900 && p50Ms < 4_100, `${p50Ms}`)
})

it('given sales, when they are asked for by hour, day or product, page by page, then units and money add up to the last digit', async () => {
  const sold = storiesFrom(0, 600).filter(({ fate }) => fate === 'confirmed' || fate === 'delivered')
  const tenths = sold.reduce((sum, { amount }) => sum + Math.round(amount! * 10), 0)
  const byDay = await stage.get<Sales>(`/api/analytics/sales?${day}&by=day`)
  assert.equal(byDay.sales.length, 5)
  assert.equal(
    byDay.sales.reduce((sum, { amount }) => sum + Math.round(Number(amount) * 10), 0),
    tenths,
  )
  const pages: Sales['sales'] = []
  let cursor: string | null = null
  do {
    const page: Sales = await stage.get(
      `/api/analytics/sales?${day}&limit=4${cursor === null ? '' : `&cursor=${cursor}`}`,
    )
    pages.push(...page.sales)
    cursor = page.cursor
  } while (cursor !== null)
  assert.equal(pages.length, 35, 'seven hours of five products')
  assert.equal(
    pages.reduce((sum, { orders }) => sum + orders, 0),
    sold.length,
  )
  const one = await stage.get<Sales>(`/api/analytics/sales?${day}&by=day&product=203`)
  assert.deepEqual(
    one.sales,
    byDay.sales.filter(({ product }) => product === '203'),
  )
})

it('given a rebuild, when it is asked for in two instances at once, then it runs once, and gives the same figures', async () => {
  const before = await figures()
  const answers = await Promise.all(
    stage.fleet.services.map(({ url }) => fetch(`${url}/api/analytics/rebuild`, { method: 'POST' })),
  )
  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 202],
  )
  const [first, second] = (await Promise.all(answers.map((answer) => answer.json()))) as { startedAt: string }[]
  assert.equal(first!.startedAt, second!.startedAt)
  await rebuilt()
  const { state, records, recordsTotal } = await rebuild()
  assert.deepEqual([state, records], ['done', recordsTotal])
  assert.deepEqual(await figures(), before)
})

it('given orders that come during a rebuild, when it switches, then none is missing, and no figure ever goes back', async () => {
  await publish(stage.bus, storiesFrom(600, 4_000))
  await stage.untilRead()
  const seen: number[] = []
  assert.equal((await stage.request('/api/analytics/rebuild', 'POST')).status, 202)
  let more = 4_600
  while ((await rebuild()).state === 'running') {
    seen.push((await funnel()).placed)
    await publish(stage.bus, storiesFrom(more, 50))
    more += 50
  }
  assert.equal((await rebuild()).error, null)
  await counted(more)
  await stage.untilRead()
  assert.ok(seen.length > 0 && seen.every((placed, i) => placed >= (seen[i - 1] ?? 4_600)), `${seen}`)
  assert.equal(
    (await funnel()).confirmed,
    storiesFrom(0, more).filter(({ fate }) => /confirmed|delivered/.test(fate)).length,
  )
  const live = await figures()
  await stage.request('/api/analytics/rebuild', 'POST')
  await rebuilt()
  assert.deepEqual(await figures(), live)
})

it('given kill -9 in the middle of a rebuild, then the old figures serve on, and a later rebuild works', async () => {
  const before = await figures()
  await stage.request('/api/analytics/rebuild', 'POST')
  await until(async () => (await rebuild()).records > 0, 'the rebuild is in the middle')
  await stage.fleet.kill('analytics', 0)
  await stage.fleet.restart('analytics', 0)
  await stage.fleet.waitReady()
  assert.deepEqual(await figures(), before)
  await until(async () => (await rebuild()).state === 'failed', 'the dead rebuild is given up')
  assert.match((await rebuild()).error ?? '', /is gone/)
  await stage.request('/api/analytics/rebuild', 'POST')
  await rebuilt()
  assert.equal((await rebuild()).error, null)
  assert.deepEqual(await figures(), before)
})

it('given a listener, then it gets the figures at once, and again when they have changed', async () => {
  const left = new AbortController()
  const response = await fetch(`${stage.fleet.url('analytics')}/api/analytics/stream`, { signal: left.signal })
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const { placed } = await funnel()
  let text = ''
  const reading = (async () => {
    for await (const chunk of response.body!) text += Buffer.from(chunk).toString()
  })().catch(() => undefined)
  const told = () => [...text.matchAll(/"placed":(\d+),"paid"/g)].map(([, n]) => Number(n))
  await until(() => told().includes(placed), 'the figures as they are')
  await publish(stage.bus, storiesFrom(100_000, 3))
  await until(() => told().includes(placed + 3), 'the figures as they became')
  left.abort()
  await reading
})

const wrong = [
  ['sales?by=week', 'by'],
  ['sales?from=yesterday', 'from'],
  ['sales?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
  ['sales?limit=0', 'limit'],
  ['sales?cursor=nonsense', 'cursor'],
  [`sales?product=${'x'.repeat(201)}`, 'product'],
] as const
for (const [query, field] of wrong) {
  it(`given ${query.slice(0, 60)}, then the answer is 400 and names ${field}`, async () => {
    const { status, body } = await stage.request(`/api/analytics/${query}`)
    assert.equal(status, 400)
    assert.equal(JSON.parse(body).errors[0].field, field)
  })
}

it('given records that are no events, then they go to the dead letters, and neither counting nor rebuilding stops', async () => {
  const { placed } = await funnel()
  const poison = ['{"no":"event"}', 'not JSON', ''].map((value) => ({ topic: 'order-created', key: 'poison', value }))
  const odd = storiesFrom(200_000, 1).map((story) => ({
    ...story,
    orderId: 'nul\u0000 \ud800',
    productId: 'nul\u0000',
  }))
  await stage.bus.send(poison)
  await publish(stage.bus, odd)
  await counted(placed + 1)
  await stage.request('/api/analytics/rebuild', 'POST')
  await rebuilt()
  assert.deepEqual([(await rebuild()).error, (await funnel()).placed], [null, placed + 1])
  const [letters] = await stage.bus.topics(['order-created-dlq'])
  assert.equal(letters!.partitions[0]!.high, 3n)
})
