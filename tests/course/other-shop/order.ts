import { randomBytes } from 'node:crypto'
import { type Answer, health, open, type Paths, type Route } from './door.ts'
import { type Data, fault, wrap } from './envelope.ts'
import { follow, tell } from './wire.ts'

interface Ticket {
  readonly orderId: string
  readonly status: 'PENDING' | 'CONFIRMED' | 'CANCELLED'
  readonly history: readonly string[]
}

const tickets = new Map<string, Ticket>()

function move(orderId: string, status: Ticket['status'], why: string): void {
  tickets.set(orderId, { orderId, status, history: [...(tickets.get(orderId)?.history ?? []), why] })
}

async function place(text: string): Promise<Answer> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return { status: 400, json: { error: { message: 'this is no JSON' } } }
  }
  const orderId = `ord_${Date.now().toString(36)}_${randomBytes(6).toString('hex')}`
  const wish = typeof body === 'object' && !Array.isArray(body) ? body : {}
  const data = { ...wish, orderId } as Data
  const field = fault(data)
  if (field !== undefined) return { status: 422, json: { error: { field } } }
  move(orderId, 'PENDING', 'placed')
  await tell([wrap('order-created', data)])
  console.log(`\u001b[32morder\u001b[0m \u001b[4mcreated\u001b[0m ${orderId}`)
  return { status: 201, json: { ...tickets.get(orderId), links: { self: `/api/orders/${orderId}` } } }
}

const route: Route = async (method, path, body) => {
  if (method === 'POST' && path === '/api/orders') return place(await body())
  const id = method === 'GET' ? /^\/api\/orders\/([^/]+)$/.exec(path)?.[1] : undefined
  if (id === undefined) return undefined
  const ticket = tickets.get(decodeURIComponent(id))
  return ticket === undefined ? { status: 404, json: { error: 'unknown' } } : { status: 200, json: ticket }
}

const schema = { type: 'object', required: ['productId', 'quantity', 'amount'] }
const paths: Paths = {
  ...health,
  '/api/orders': {
    post: {
      requestBody: { content: { 'application/json': { schema } } },
      responses: { '201': { description: 'made' }, '4XX': { description: 'your fault' } },
    },
  },
  '/api/orders/{orderId}': {
    parameters: [{ name: 'orderId', in: 'path', required: true, schema: { type: 'string' } }],
    get: { responses: { '200': { description: 'where it is' } } },
  },
}

/** Here the order service cancels for declined payments; for missing stock inventory does, and we hear of it. */
export async function order(): Promise<void> {
  let stop = async () => {}
  await open('order', 5000, paths, route, () => stop())
  stop = await follow(
    'orders-of-the-other-shop',
    ['stock-reserved', 'payment-failed', 'order-cancelled'],
    (data, topic) => {
      if (topic === 'payment-failed') return [wrap('order-cancelled', { ...data, reason: 'not paid' })]
      move(data.orderId, topic === 'stock-reserved' ? 'CONFIRMED' : 'CANCELLED', topic)
      return []
    },
  )
}
