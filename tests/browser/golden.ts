import { catalogue, type EventName } from '../../services/contracts/catalogue.ts'
import type {
  Dot,
  EdgeCount,
  Frame,
  Kind,
  Numbers,
  Passport,
  Recording,
  SagaStory,
  SagaSummary,
  SeriesPoint,
  Snapshot,
  StoryStep,
} from '../../web/hub/protocol.ts'
import { goldenFaults, goldenGroups, goldenServices, goldenTopology, START } from './golden-shop.ts'

interface Told {
  readonly order: number
  readonly topic: EventName
  readonly after: number
  readonly duplicate?: boolean
}

/** Six orders: three get through, one is declined, one runs out of stock, and of one an event comes twice. Times in ms. */
const TRACE: readonly Told[] = [
  ...way(1, 500, ['order-created', 'payment-success', 'stock-reserved']),
  ...way(2, 2_500, ['order-created', 'payment-failed', 'order-cancelled']),
  ...way(3, 4_500, ['order-created', 'payment-success', 'stock-failed', 'payment-refunded', 'order-cancelled']),
  ...way(4, 6_500, ['order-created', 'payment-success', 'stock-reserved']),
  { order: 4, topic: 'stock-reserved', after: 7_800, duplicate: true },
  ...way(5, 8_500, ['order-created', 'payment-success', 'stock-reserved']),
  ...way(6, 9_500, ['order-created', 'payment-success']),
]

function way(order: number, from: number, topics: readonly EventName[]): Told[] {
  return topics.map((topic, index) => ({ order, topic, after: from + index * 40 }))
}

const KINDS: Partial<Record<EventName, Kind>> = {
  'payment-failed': 'failed',
  'stock-failed': 'failed',
  'payment-refunded': 'compensating',
  'order-cancelled': 'compensating',
}

export const orderId = (order: number): string => `0b7e5a10-0000-4000-8000-0000000000${order}${order}`

export const goldenDots: readonly Dot[] = TRACE.map(({ order, topic, after, duplicate = false }, index) => ({
  ...{ seq: index + 1, topic, partition: order % 3, offset: String(100 + index), key: orderId(order), type: topic },
  ...{ id: `event-${order}-${topic}`, orderId: orderId(order), kind: KINDS[topic] ?? 'ok', duplicate },
  ...{
    at: START + after - 3,
    seen: START + after,
    from: catalogue[topic].producer,
    to: catalogue[topic].consumers,
    bytes: 412,
  },
}))

const WORDS: Partial<Record<EventName, string>> = {
  'order-created': 'placed',
  'payment-success': 'paid',
  'payment-failed': 'payment declined',
  'stock-reserved': 'reserved',
  'stock-failed': 'no stock',
  'payment-refunded': 'refunded',
  'order-cancelled': 'cancelled',
}

function summaryOf(order: number, until: number): SagaSummary {
  const dots = goldenDots.filter((dot) => dot.orderId === orderId(order) && dot.seen <= until)
  const topics = new Set(dots.map(({ topic }) => topic))
  const bad = topics.has('payment-failed') || topics.has('stock-failed')
  const ended = topics.has('order-cancelled') || topics.has('stock-reserved')
  const first = dots[0]!.at
  const last = dots.at(-1)!.at
  return {
    orderId: orderId(order),
    status: topics.has('order-cancelled')
      ? 'cancelled'
      : bad
        ? 'compensating'
        : topics.has('stock-reserved')
          ? 'confirmed'
          : 'running',
    ...{
      startedAt: first,
      lastAt: last,
      events: dots.length,
      handlings: 0,
      criticalMs: ended ? last - first + 6 : null,
    },
    reason: topics.has('payment-failed')
      ? 'card declined by the bank'
      : topics.has('stock-failed')
        ? 'not enough stock of product 201'
        : null,
    marks: dots.some(({ duplicate }) => duplicate) ? ['duplicate'] : [],
    sentence: [...topics].map((topic) => WORDS[topic as EventName]).join(', '),
  }
}

export function goldenStory(order: number): SagaStory {
  const summary = summaryOf(order, Number.POSITIVE_INFINITY)
  const records = goldenDots.filter((dot) => dot.orderId === orderId(order))
  const find = (topic: string) => records.find((dot) => dot.topic === topic) ?? null
  const failed = find('payment-failed') ?? find('stock-failed')
  const step = (type: EventName, title: string, more: Partial<StoryStep> = {}): StoryStep => {
    const record = find(type)
    return {
      ...{
        type,
        title,
        service: catalogue[type].producer,
        lane: 'forward',
        undoes: null,
        record,
        at: record?.at ?? null,
      },
      state: record ? 'done' : failed ? 'not-needed' : 'to-come',
      waitedMs: record ? 12 : null,
      workedMs: record ? 6 : null,
      ...more,
    }
  }
  const refused = (type: EventName, title: string) => step(type, title, { state: 'failed' })
  const undo = (type: EventName, title: string, undoes: EventName) =>
    step(type, title, { lane: 'compensation', undoes, state: find(type) ? 'done' : 'not-needed' })
  return {
    summary,
    records,
    steps: [
      step('order-created', 'Placed'),
      find('payment-failed') ? refused('payment-failed', 'Payment declined') : step('payment-success', 'Paid'),
      find('stock-failed') ? refused('stock-failed', 'No stock') : step('stock-reserved', 'Reserved'),
      undo('order-cancelled', 'Cancelled', 'order-created'),
      undo('payment-refunded', 'Refunded', 'payment-success'),
    ],
    spans: records.map((dot, index) => ({
      ...{
        traceId: 'a'.repeat(32),
        spanId: String(index).padStart(16, '0'),
        parentId: null,
        service: dot.from ?? 'order',
      },
      ...{ name: `publish ${dot.topic}`, startMs: dot.at - 8, durationMs: 8, failed: dot.kind === 'failed' },
    })),
  }
}

export function goldenPassport(dot: Dot): Passport {
  const envelope = {
    ...{
      eventId: dot.id,
      eventType: dot.type,
      timestamp: new Date(dot.at).toISOString(),
      version: 1,
      source: dot.from,
    },
    data: { orderId: dot.orderId, productId: 201, quantity: 1, amount: 750 },
  }
  const raw = JSON.stringify(envelope)
  const family = goldenDots.filter(({ orderId }) => orderId === dot.orderId)
  const place = family.indexOf(dot)
  return {
    ...{ dot, envelope, raw, rawBytes: raw.length, problems: [], spans: [], deadLetter: null, origin: null },
    headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    handlings: dot.to.map((service) => ({
      ...{
        topic: dot.topic,
        partition: dot.partition,
        offset: dot.offset,
        service,
        attempt: 1,
        at: dot.at + 12,
        orderId: dot.orderId,
      },
      outcome: dot.duplicate ? ('duplicate-ignored' as const) : ('handled' as const),
    })),
    groups: dot.to.map((service) => ({ group: `${service}-group`, done: true, member: `${service}-1` })),
    causedBy: family[place - 1] ?? null,
    causes: family[place + 1] ? [family[place + 1]!] : [],
  }
}

function countsUntil(until: number): Record<string, EdgeCount> {
  const counts: Record<string, Partial<Record<Kind, number>>> = {}
  for (const dot of goldenDots.filter(({ seen }) => seen <= until))
    for (const edge of [`${dot.from}>${dot.topic}`, ...dot.to.map((to) => `${dot.topic}>${to}`)]) {
      const kind = dot.duplicate ? 'duplicate' : dot.kind
      counts[edge] = { ...counts[edge], [kind]: (counts[edge]?.[kind] ?? 0) + 1 }
    }
  return counts
}

function sagasUntil(until: number): SagaSummary[] {
  const orders = [1, 2, 3, 4, 5, 6].filter((order) =>
    goldenDots.some((dot) => dot.orderId === orderId(order) && dot.seen <= until),
  )
  return orders.map((order) => summaryOf(order, until))
}

function numbersAt(until: number): Numbers {
  const sagas = sagasUntil(until)
  const how = (status: SagaSummary['status']) => sagas.filter((saga) => saga.status === status).length
  return {
    ...{ ordersPerS: 0.6, eventsPerS: 2.1, criticalP50Ms: 86, criticalP99Ms: 166, retries: 0, deadLetters: 0 },
    handlings: {},
    duplicates: goldenDots.filter((dot) => dot.duplicate && dot.seen <= until).length,
    sagas: {
      running: how('running'),
      compensating: how('compensating'),
      confirmed: how('confirmed'),
      cancelled: how('cancelled'),
      stuck: 0,
    },
  }
}

const pointAt = (second: number): SeriesPoint => ({
  ...{
    at: START + second * 1_000,
    ordersPerS: 0.5 + (second % 5) / 10,
    criticalP50Ms: 80 + (second % 7),
    criticalP99Ms: 150 + (second % 11) * 3,
  },
  ...{
    lag: { 'payment-group': second % 4, 'inventory-group': second % 3 },
    outbox: second % 2,
    retries: 0,
    deadLetters: 0,
  },
})

export function goldenSnapshot(more: Partial<Snapshot> = {}): Snapshot {
  return {
    ...{
      t: 'snapshot',
      version: 1,
      n: 1,
      at: START,
      run: 'golden',
      topology: goldenTopology(),
      counts: {},
      numbers: numbersAt(START),
    },
    series: Array.from({ length: 60 }, (_, index) => pointAt(index - 60)),
    ...{
      services: goldenServices(),
      groups: goldenGroups(),
      faults: goldenFaults(),
      sagas: [],
      recent: [],
      lesson: null,
      votes: {},
      viewers: 0,
    },
    ...more,
  }
}

const FRAME_MS = 50
const LENGTH_MS = 12_000

/** One frame for each 50 ms in which something happens, and one each second. */
export function goldenFrames(): Frame[] {
  const frames: Frame[] = []
  for (let ms = FRAME_MS; ms <= LENGTH_MS; ms += FRAME_MS) {
    const at = START + ms
    const dots = goldenDots.filter(({ seen }) => seen > at - FRAME_MS && seen <= at)
    const second = ms % 1_000 === 0
    if (dots.length === 0 && !second) continue
    frames.push({
      ...{
        t: 'frame',
        n: frames.length + 2,
        at,
        total: dots.length,
        dots,
        counts: countsUntil(at),
        numbers: numbersAt(at),
      },
      sagas: sagasUntil(at).filter(({ orderId }) => dots.some((dot) => dot.orderId === orderId)),
      ...(second ? { point: pointAt(ms / 1_000) } : {}),
    })
  }
  return frames
}

export const goldenRecording = (): Recording => ({
  ...{
    format: 'saga-lab-recording',
    version: 1,
    from: START,
    to: START + LENGTH_MS,
    snapshot: goldenSnapshot(),
    frames: goldenFrames(),
  },
  passports: goldenDots.map(goldenPassport),
  stories: [1, 2, 3, 4, 5, 6].map(goldenStory),
})
