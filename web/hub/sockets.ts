import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { acked, begin, fallBehind, nextStep, type Pace, sent } from './core/client.ts'
import { type Cursor, cursorOf, frameOf, isEmpty, snapshotOf, type Want } from './core/frame.ts'
import type { HubState } from './core/state.ts'
import type { Role } from './http/guard.ts'
import type { Time } from './protocol.ts'

const MESSAGE_BYTES = 64 * 1024
/** Acknowledgements of twenty frames a second, and room for a busy hand. */
const MESSAGES_PER_S = 100
const MOST = 300
/** Changes of sagas are gathered: a list that flickers cannot be read. */
const SAGAS_EVERY = 4

const fromPage = z.discriminatedUnion('t', [
  z.object({ t: z.literal('ack'), n: z.number() }),
  z.object({ t: z.literal('want'), samples: z.boolean(), follow: z.string().max(300).nullable() }),
])

interface Client {
  readonly socket: WebSocket
  readonly role: Role
  pace: Pace
  want: Want
  cursor: Cursor
  heard: { second: number; count: number }
}

/** The pages that watch. Each gets what changed since its own last frame, as fast as it can take it. */
export class Sockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES, perMessageDeflate: false })
  readonly #clients = new Set<Client>()
  readonly #state: HubState
  readonly #run: string
  #n = 0

  constructor(state: HubState, run: string) {
    this.#state = state
    this.#run = run
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer, role: Role, now: Time): void {
    if (this.#clients.size >= MOST) {
      socket.destroy()
      return
    }
    this.#server.handleUpgrade(request, socket, head, (page) => this.#join(page, role, now))
  }

  /** Sends each client its frame, its snapshot, or nothing. To be called every 50 ms. */
  tick(now: Time): void {
    this.#n++
    const frames = new Map<string, { readonly text: string | null; readonly cursor: Cursor }>()
    let snapshot: string | null = null
    for (const client of this.#clients) {
      const step = nextStep(client.pace, client.socket.bufferedAmount, now)
      if (step === 'close') client.socket.terminate()
      if (step === 'skip') client.pace = fallBehind(client.pace)
      if (step === 'snapshot') {
        snapshot ??= JSON.stringify(snapshotOf(this.#state, { n: this.#n, now, run: this.#run }))
        client.cursor = cursorOf(this.#state)
        this.#send(client, snapshot, now)
      }
      if (step === 'send') this.#sendFrame(client, frames, now)
    }
  }

  closeRole(role: Role): void {
    for (const { socket, role: own } of this.#clients) if (own === role) socket.close(1001, 'The view was closed.')
  }

  async close(): Promise<void> {
    for (const { socket } of this.#clients) socket.terminate()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  /** Pages at the same place that want the same get the same text, made once. */
  #sendFrame(
    client: Client,
    frames: Map<string, { readonly text: string | null; readonly cursor: Cursor }>,
    now: Time,
  ): void {
    const key = JSON.stringify([client.cursor, client.want])
    let made = frames.get(key)
    if (made === undefined) {
      const at = { n: this.#n, now, withSagas: this.#n % SAGAS_EVERY === 0 || client.want.follow !== null }
      const { frame, cursor } = frameOf(this.#state, client.cursor, client.want, at)
      made = { text: isEmpty(frame) ? null : JSON.stringify(frame), cursor }
      frames.set(key, made)
    }
    client.cursor = made.cursor
    if (made.text !== null) this.#send(client, made.text, now)
  }

  #send(client: Client, text: string, now: Time): void {
    client.socket.send(text)
    client.pace = sent(client.pace, this.#n, now)
  }

  #join(socket: WebSocket, role: Role, now: Time): void {
    const want: Want = { samples: true, follow: null }
    const client: Client = {
      socket,
      role,
      pace: begin(now),
      want,
      cursor: cursorOf(this.#state),
      heard: { second: 0, count: 0 },
    }
    this.#clients.add(client)
    this.#countViewers()
    socket.on('message', (data) => this.#hear(client, data, Date.now()))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      this.#clients.delete(client)
      this.#countViewers()
    })
  }

  #hear(client: Client, data: RawData, now: Time): void {
    const second = Math.floor(now / 1_000)
    client.heard = second === client.heard.second ? { second, count: client.heard.count + 1 } : { second, count: 1 }
    const message = client.heard.count > MESSAGES_PER_S ? null : read(data)
    if (message === null) {
      client.socket.close(1008, 'That is not what a page says.')
      return
    }
    if (message.t === 'ack') {
      client.pace = acked(client.pace, message.n, now)
      return
    }
    // Back from hiding: what was missed is not made up for dot by dot.
    if (message.samples && !client.want.samples) client.pace = fallBehind(client.pace)
    client.want = { samples: message.samples, follow: message.follow }
  }

  #countViewers(): void {
    this.#state.viewers.set([...this.#clients].filter(({ role }) => role === 'viewer').length)
  }
}

function read(data: RawData): z.output<typeof fromPage> | null {
  try {
    const result = fromPage.safeParse(JSON.parse(String(data)))
    return result.success ? result.data : null
  } catch {
    return null
  }
}
