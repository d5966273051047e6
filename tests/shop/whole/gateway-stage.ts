import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startBroker } from '../../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../../cli/shop/fleet.ts'
import { startIssuer, type TestIssuer } from './gateway-issuer.ts'

export interface GatewayAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface Ask {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
  /** Its token is sent along. Default: none. */
  readonly as?: string
}

/** Order, payment and inventory behind a gateway, each a process; an issuer of tokens; and a mirror in the place of the recommendation service. */
export interface GatewayStage {
  readonly issuer: TestIssuer
  readonly shop: Fleet
  readonly gateway: Fleet
  readonly url: string
  /** Sends the path as it stands: no client tidies it up. */
  ask(path: string, options?: Ask): Promise<GatewayAnswer>
  /** Places an order of one unit and returns its id. */
  place(token: string, key?: string): Promise<string>
  /** All that the gateway and the services logged so far. */
  logs(): string
  stop(): Promise<void>
}

export const askAt = (url: string, where: string, { method = 'GET', headers = {}, body, as }: Ask = {}) =>
  new Promise<GatewayAnswer>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const credentials = as === undefined ? {} : { authorization: `Bearer ${as}` }
    const sent = request(
      { hostname, port, method, path: where, agent: false, headers: { ...credentials, ...headers } },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.once('error', reject)
        response.once('end', () => {
          const isJson = /json/.test(response.headers['content-type'] ?? '')
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            body: isJson ? JSON.parse(text) : {},
          })
        })
      },
    )
    sent.once('error', reject)
    sent.setTimeout(60_000, () => sent.destroy(new Error(`no answer: ${method} ${where}`)))
    sent.end(body)
  })

const NOBODY = 'http://127.0.0.1:1'

/** Answers every request with what it got. */
const startMirror = async () => {
  const server = createServer(({ method, url, headers }, response) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'set-cookie': 'from=behind',
      'x-powered-by': 'secrets',
      server: 'mirror',
    })
    response.end(JSON.stringify({ method, url, headers }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() }
}

export const openGatewayStage = async (env: Readonly<Record<string, string>> = {}): Promise<GatewayStage> => {
  const dir = mkdtempSync(path.join(tmpdir(), 'shop-gateway-'))
  const undo: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 })]
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const broker = await startBroker({ dir: path.join(dir, 'kafka') })
    undo.push(broker.stop)
    const issuer = await startIssuer()
    undo.push(issuer.stop)
    const mirror = await startMirror()
    undo.push(mirror.stop)
    const common = { brokers: [broker.brokers], logDir: path.join(dir, 'logs'), ports: 'free' as const }
    const shared = { AUTH_ISSUER: issuer.url, LOG_LEVEL: 'debug', TOPIC_PARTITIONS: '3', SESSION_TIMEOUT_MS: '6000' }
    const shop = await startFleet({
      ...common,
      dir: path.join(dir, 'data'),
      services: [{ name: 'order' }, { name: 'payment' }, { name: 'inventory' }],
      env: { ...shared, STOCK: '{"201":100000}' },
    })
    undo.push(() => shop.stop())
    await shop.waitReady(90_000)
    const gateway = await startFleet({
      ...common,
      dir: path.join(dir, 'gateway'),
      services: [{ name: 'gateway' }],
      env: {
        ...shared,
        ORDER_URL: shop.url('order'),
        PAYMENT_URL: shop.url('payment'),
        INVENTORY_URL: shop.url('inventory'),
        IDENTITY_URL: issuer.url,
        RECOMMENDATION_URL: mirror.url,
        // At their usual ports somebody else's shop may answer.
        ...{ SHIPPING_URL: NOBODY, NOTIFICATION_URL: NOBODY, ANALYTICS_URL: NOBODY },
        ...env,
      },
    })
    undo.push(() => gateway.stop())
    await gateway.waitReady(60_000)
    const url = gateway.url('gateway')
    const ask: GatewayStage['ask'] = (where, options) => askAt(url, where, options)
    const place: GatewayStage['place'] = async (token, key = randomUUID()) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key }
      const order = JSON.stringify({ productId: 201, quantity: 1, amount: 1500 })
      const { status, text, body } = await ask('/api/orders', { method: 'POST', as: token, headers, body: order })
      if (status !== 202) throw new Error(`${status} ${text}`)
      return String(body.orderId)
    }
    const logs = (): string =>
      [...shop.services, ...gateway.services].map(({ logFile }) => readFileSync(logFile, 'utf8')).join('\n')
    return { issuer, shop, gateway, url, ask, place, logs, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
