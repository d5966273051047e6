import { WebSocket } from 'ws'
import { until } from '../../../kit/kafka/scratch.ts'
import type { Hub } from '../../../web/hub/hub.ts'
import type {
  Dot,
  EdgeCount,
  Frame,
  FromHub,
  GroupState,
  Handling,
  SagaSummary,
  Snapshot,
} from '../../../web/hub/protocol.ts'

/** A page without a screen: it asks and listens as the one in the browser does, and keeps what it was told. */
export interface TestPage {
  readonly snapshots: readonly Snapshot[]
  readonly frames: readonly Frame[]
  /** Drawn or, after a pause, brought by a snapshot. */
  dots(): readonly Dot[]
  handlings(): readonly Handling[]
  counts(): Readonly<Record<string, EdgeCount>>
  groups(): readonly GroupState[]
  saga(orderId: string): SagaSummary | undefined
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  close(): void
}

export async function openPage(hub: Hub): Promise<TestPage> {
  const { origin, hash } = new URL(hub.url)
  const headers = { authorization: `Bearer ${hash.replace('#token=', '')}`, 'content-type': 'application/json' }
  const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
    const answer = await fetch(origin + path, { headers, ...init })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${answer.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  const post = <T>(path: string, body: unknown) => ask<T>(path, { method: 'POST', body: JSON.stringify(body) })
  const { ticket } = await post<{ ticket: string }>('/api/ticket', {})
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws?ticket=${ticket}`, { origin })
  const snapshots: Snapshot[] = []
  const frames: Frame[] = []
  const dots = new Map<number, Dot>()
  const sagas = new Map<string, SagaSummary>()
  let counts: Readonly<Record<string, EdgeCount>> = {}
  let groups: readonly GroupState[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as FromHub
    if (message.t === 'snapshot') snapshots.push(message)
    else frames.push(message)
    for (const dot of (message.t === 'snapshot' ? message.recent : message.dots) ?? []) dots.set(dot.seq, dot)
    for (const saga of message.sagas ?? []) sagas.set(saga.orderId, saga)
    counts = { ...counts, ...message.counts }
    groups = message.groups ?? groups
    socket.send(JSON.stringify({ t: 'ack', n: message.n }))
  })
  await until(() => snapshots.length > 0, 'a snapshot', 30_000)
  return {
    ...{ snapshots, frames, post },
    dots: () => [...dots.values()],
    handlings: () => frames.flatMap(({ handlings }) => handlings ?? []),
    counts: () => counts,
    groups: () => groups,
    saga: (orderId) => sagas.get(orderId),
    get: (path) => ask(path, {}),
    close: () => socket.terminate(),
  }
}
