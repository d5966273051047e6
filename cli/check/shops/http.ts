import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { OutgoingRecord } from '../../../kit/kafka/bus.ts'
import { isObject, type JsonObject, parseJson } from '../json.ts'
import { type ShopState, takeOrder } from './services.ts'

const LARGEST_BODY = 100_000

/** The HTTP side of one service. `send` resolves when the events are stored. */
export function serve(
  service: string,
  port: number,
  state: ShopState,
  send: (records: OutgoingRecord[]) => Promise<void>,
): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(service, state, send, request).then(
      ([status, body]) => reply(response, status, body),
      (error: Error) => reply(response, 500, { error: error.message }),
    )
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

async function answer(
  service: string,
  state: ShopState,
  send: (records: OutgoingRecord[]) => Promise<void>,
  request: IncomingMessage,
): Promise<[status: number, body: unknown]> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  if (request.method === 'GET' && path === '/health') return [200, { status: 'ok', service }]
  if (request.method === 'GET' && path === '/openapi.json') return [200, openApi(service)]
  if (service === 'order' && request.method === 'POST' && path === '/api/orders')
    return await post(state, send, request)
  const id = /^\/api\/orders\/([^/]+)$/.exec(path)?.[1]
  if (service !== 'order' || request.method !== 'GET' || id === undefined)
    return [404, { error: `there is no ${request.method} ${path}` }]
  const orderId = decodeURIComponent(id)
  const status = state.orders.get(orderId)
  return status === undefined ? [404, { error: `there is no order ${orderId}` }] : [200, { orderId, status }]
}

async function post(
  state: ShopState,
  send: (records: OutgoingRecord[]) => Promise<void>,
  request: IncomingMessage,
): Promise<[status: number, body: unknown]> {
  const text = await read(request)
  if (text === undefined) return [413, { error: 'the body is too large' }]
  const body = parseJson(text)
  const problem = problemOf(body)
  if (problem !== undefined || !isObject(body)) return [400, { error: problem ?? 'the body is not an object' }]
  const { userId, productId, quantity, amount } = body
  const orderId = randomUUID()
  const data: JsonObject = {
    orderId,
    productId: productId as string,
    quantity: quantity as number,
    amount: amount as number,
  }
  if (userId !== undefined) data.userId = userId
  await send(takeOrder(state, data))
  return [202, { orderId, status: 'PENDING', message: 'Order Created' }]
}

function problemOf(body: unknown): string | undefined {
  if (!isObject(body)) return 'the body is not a JSON object'
  const { productId, quantity, amount } = body
  if (typeof productId !== 'number' && (typeof productId !== 'string' || productId === ''))
    return 'productId is missing'
  if (!Number.isInteger(quantity) || (quantity as number) < 1) return 'quantity is not a positive whole number'
  if (typeof amount !== 'number' || amount < 0) return 'amount is not a number of 0 or more'
  return undefined
}

async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length <= LARGEST_BODY) chunks.push(chunk as Buffer)
  }
  return length > LARGEST_BODY ? undefined : Buffer.concat(chunks).toString('utf8')
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function openApi(service: string) {
  const ok = { responses: { 200: { description: 'good' } } }
  const orders = { '/api/orders': { post: ok }, '/api/orders/{id}': { get: ok } }
  return {
    openapi: '3.1.0',
    info: { title: service, version: '1.0.0' },
    paths: { '/health': { get: ok }, ...(service === 'order' ? orders : {}) },
  }
}
