import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { FromHub } from '../../web/hub/protocol.ts'

/** A page that only counts. */
export interface Reader {
  /** Records that the hub told of so far, drawn or not. */
  total(): number
  frames(): number
  /** What services said, by their spans, that they did with a record. */
  handlings(): number
  /** Consumer groups with members, as the hub told of them last. */
  groups(): number
  /** From the producer's clock to the page, of each record drawn. */
  lateMs(): readonly number[]
  forget(): void
  /** Until the hub listens to the topics. */
  listening(): Promise<void>
  close(): void
}

/** The hub closes a page that is silent for so long. */
const SILENT_MS = 10_000

/** Pages that keep their connection and take nothing from it: as soon as the hub closes one, the next is there. */
export async function sleepOn(url: string): Promise<{ readonly opened: () => number; stop(): void }> {
  const sleepers: WebSocket[] = []
  const sleep = async (): Promise<void> => {
    const socket = await connect(url)
    sleepers.push(socket)
    await once(socket, 'open')
    socket.pause()
  }
  await sleep()
  const next = setInterval(() => void sleep().catch(() => {}), SILENT_MS)
  return {
    opened: () => sleepers.length,
    stop: () => {
      clearInterval(next)
      for (const socket of sleepers) socket.terminate()
    },
  }
}

async function connect(url: string): Promise<WebSocket> {
  const { origin, hash } = new URL(url)
  const headers = { authorization: `Bearer ${hash.replace('#token=', '')}`, 'content-type': 'application/json' }
  const answer = await fetch(`${origin}/api/ticket`, { method: 'POST', headers, body: '{}' })
  const { ticket } = (await answer.json()) as { ticket: string }
  return new WebSocket(`${origin.replace('http', 'ws')}/ws?ticket=${ticket}`, { origin })
}

export async function openReader(url: string): Promise<Reader> {
  const socket = await connect(url)
  let total = 0
  let frames = 0
  let handlings = 0
  let groups = 0
  let partitions = 0
  let lateMs: number[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as FromHub
    socket.send(JSON.stringify({ t: 'ack', n: message.n }))
    partitions = message.topology?.topics[0]?.partitions ?? partitions
    groups = message.groups?.filter(({ members }) => members.length > 0).length ?? groups
    if (message.t === 'snapshot') return
    frames++
    handlings += message.handlings?.length ?? 0
    total += message.total
    const now = Date.now()
    for (const { at } of message.dots ?? []) lateMs.push(now - at)
  })
  await once(socket, 'open')
  return {
    total: () => total,
    frames: () => frames,
    handlings: () => handlings,
    groups: () => groups,
    lateMs: () => lateMs,
    forget: () => {
      frames = 0
      handlings = 0
      lateMs = []
    },
    listening: async () => {
      while (partitions === 0) await pause(50)
    },
    close: () => socket.terminate(),
  }
}
