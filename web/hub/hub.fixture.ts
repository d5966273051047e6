import { once } from 'node:events'
import { request } from 'node:http'
import { WebSocket } from 'ws'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { model } from './core/shop.fixture.ts'
import { createHub, type Hub } from './hub.ts'
import type { HubOptions, ShopPorts } from './ports.ts'
import type { FromHub } from './protocol.ts'

/** Nobody listens there: the hub serves, and waits for a Kafka. */
const NO_KAFKA = ['127.0.0.1:9']

export type HubWish = Partial<Omit<HubOptions, 'ports'>> & { readonly ports?: Partial<ShopPorts> }

/** A hub that shows a shop of which nothing is there yet. */
export async function hubWithoutShop(
  t: { after(clean: () => Promise<void>): void },
  options: HubWish = {},
): Promise<Hub> {
  const bus = createBus({ brokers: NO_KAFKA, clientId: 'test', log: () => {} })
  const nothing: ShopPorts = {
    bus,
    instances: () => [],
    startTap: () => Promise.reject(new Error('there is nothing to listen to')),
    placeOrder: async () => ({ status: 202, orderId: 'o-1' }),
    deadLetters: async () => [],
    replay: async () => ({ to: null, trouble: null, group: null }),
    ...{ faults: null, scale: null, rewind: null, deeds: null },
  }
  const hub = await createHub({
    model,
    page: () => ({ state: 'building' }),
    port: 0,
    ...options,
    ports: { ...nothing, ...options.ports },
  })
  t.after(async () => {
    await hub.close()
    await bus.close()
  })
  return hub
}

export const tokenOf = ({ url }: { readonly url: string }): string => new URL(url).hash.replace('#token=', '')

export interface Said {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** One request with exactly these headers, as no browser would let a page send it. */
export function ask(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
  setHost: 'with Host' | 'without Host' = 'with Host',
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const to = { host: '127.0.0.1', port, method, path, headers, agent: false, setHost: setHost === 'with Host' }
    const sent = request(to, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

/** What happens to a WebSocket that is opened so: `open`, or the status of the refusal. */
export function knock(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<'open' | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers })
    socket.once('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.once('unexpected-response', (sent, response) => {
      resolve(response.statusCode ?? 0)
      sent.destroy()
    })
    socket.once('error', reject)
  })
}

export interface Listener {
  readonly heard: readonly FromHub[]
  /** The code that it was closed with; null as long as it is open. */
  closed(): number | null
}

/** A WebSocket that stays open and answers as a page does. */
export async function tuneIn(t: { after(clean: () => void): void }, port: number, ticket: string): Promise<Listener> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws?ticket=${ticket}`, { origin: `http://127.0.0.1:${port}` })
  t.after(() => socket.terminate())
  const heard: FromHub[] = []
  let closed: number | null = null
  socket.on('close', (code) => {
    closed = code
  })
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as FromHub
    heard.push(message)
    socket.send(JSON.stringify({ t: 'ack', n: message.n }))
  })
  await once(socket, 'open')
  return { heard, closed: () => closed }
}
