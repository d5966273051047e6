import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { FromHub } from '../../web/hub/protocol.ts'

/** A page that only counts. */
export interface Reader {
  /** Records that the hub told of so far, drawn or not. */
  total(): number
  frames(): number
  /** From the producer's clock to the page, of each record drawn. */
  lateMs(): readonly number[]
  forget(): void
  /** Until the hub listens to the topics. */
  listening(): Promise<void>
  /** Keeps the connection open and takes nothing from it any more. */
  stopReading(): void
  close(): void
}

export async function openReader(url: string): Promise<Reader> {
  const { origin, hash } = new URL(url)
  const headers = { authorization: `Bearer ${hash.replace('#token=', '')}`, 'content-type': 'application/json' }
  const answer = await fetch(`${origin}/api/ticket`, { method: 'POST', headers, body: '{}' })
  const { ticket } = (await answer.json()) as { ticket: string }
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws?ticket=${ticket}`, { origin })
  let total = 0
  let frames = 0
  let partitions = 0
  let lateMs: number[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as FromHub
    socket.send(JSON.stringify({ t: 'ack', n: message.n }))
    partitions = message.topology?.topics[0]?.partitions ?? partitions
    if (message.t === 'snapshot') return
    frames++
    total += message.total
    const now = Date.now()
    for (const { at } of message.dots ?? []) lateMs.push(now - at)
  })
  await once(socket, 'open')
  return {
    total: () => total,
    frames: () => frames,
    lateMs: () => lateMs,
    forget: () => {
      frames = 0
      lateMs = []
    },
    listening: async () => {
      while (partitions === 0) await pause(50)
    },
    stopReading: () => void socket.pause(),
    close: () => socket.terminate(),
  }
}
