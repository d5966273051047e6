import type { Dot, Frame, SagaSummary, Snapshot } from '../../hub/protocol.ts'

export const dot = (seq: number, more: Partial<Dot> = {}): Dot => ({
  seq,
  topic: 'order-created',
  partition: 0,
  offset: String(seq),
  key: `o-${seq}`,
  type: 'order-created',
  id: `e-${seq}`,
  orderId: `o-${seq}`,
  kind: 'ok',
  duplicate: false,
  at: seq * 10,
  seen: seq * 10,
  from: 'order',
  to: ['payment'],
  bytes: 100,
  ...more,
})

export const saga = (orderId: string, more: Partial<SagaSummary> = {}): SagaSummary => ({
  orderId,
  status: 'running',
  startedAt: 0,
  lastAt: 0,
  events: 1,
  handlings: 0,
  criticalMs: null,
  reason: null,
  marks: [],
  sentence: 'created',
  ...more,
})

export const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  t: 'snapshot',
  version: 1,
  n: 0,
  at: 0,
  run: 'run-1',
  topology: { shop: 'reference', services: [], topics: [], edges: [] },
  counts: {},
  numbers: {
    ordersPerS: 0,
    eventsPerS: 0,
    criticalP50Ms: null,
    criticalP99Ms: null,
    retries: 0,
    duplicates: 0,
    deadLetters: 0,
    handlings: {},
    sagas: { running: 0, compensating: 0, confirmed: 0, cancelled: 0, stuck: 0 },
  },
  series: [],
  services: [],
  groups: [],
  faults: [],
  sagas: [],
  recent: [],
  lesson: null,
  votes: {},
  viewers: 0,
  ...more,
})

export const frame = (n: number, more: Partial<Frame> = {}): Frame => ({ t: 'frame', n, at: n * 10, total: 0, ...more })
