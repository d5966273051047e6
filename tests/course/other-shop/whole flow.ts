/** The test command: no test runner, one story, and a list of what did not come true. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Consumer, stringDeserializers } from '@platformatic/kafka'
import { TOPICS, unwrap } from './envelope.ts'
import { connection } from './wire.ts'

const base = process.env.ORDER_URL ?? 'http://localhost:5000'
const seen = new Map<string, { topic: string; amount: number }[]>()
const wrong: string[] = []

const consumer = new Consumer({
  ...connection,
  groupId: `flow-${randomUUID()}`,
  deserializers: stringDeserializers,
  maxWaitTime: 100,
})
const stream = await consumer.consume({ topics: [...TOPICS], mode: 'earliest', autocommit: false })
stream.on('data', ({ topic, value }) => {
  const data = unwrap(value)
  if (data !== undefined) seen.set(data.orderId, [...(seen.get(data.orderId) ?? []), { topic, amount: data.amount }])
})

async function place(productId: number | string): Promise<string> {
  const body = JSON.stringify({ userId: 'flow', productId, quantity: 3, amount: 12.5 })
  const response = await fetch(`${base}/api/orders`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  })
  return ((await response.json()) as { orderId: string }).orderId
}

const status = async (id: string) =>
  ((await (await fetch(`${base}/api/orders/${id}`)).json()) as { status: string }).status
const way = (id: string) =>
  (seen.get(id) ?? [])
    .map(({ topic }) => topic)
    .sort()
    .join(' ')

/** The three ways that an order may take, each with the status at its end. */
const WAYS: Readonly<Record<string, string>> = {
  'order-created payment-success stock-reserved': 'CONFIRMED',
  'order-cancelled order-created payment-failed': 'CANCELLED',
  'order-cancelled order-created payment-refunded payment-success stock-failed': 'CANCELLED',
}

async function mailed(id: string): Promise<boolean> {
  const path = process.env.NOTIFICATION_LOG
  if (path === undefined) return true
  const lines = (await readFile(path, 'utf8')).replaceAll('\u001b[0m', '').split('\n')
  return lines.some((line) => /email sent/i.test(line) && line.includes(id))
}

async function settled(id: string): Promise<boolean> {
  const end = WAYS[way(id)]
  if (end === undefined || (await status(id)) !== end) return false
  return end !== 'CONFIRMED' || mailed(id)
}

const ids: string[] = []
for (let i = 0; i < 12; i += 1) ids.push(await place(201), await place('nothing-of-this'))
const waiting = new Set(ids)
const deadline = Date.now() + 12_000
while (waiting.size > 0 && Date.now() < deadline) {
  for (const id of waiting) if (await settled(id)) waiting.delete(id)
  await new Promise((over) => setTimeout(over, 100))
}
// Watch a little longer for what should not come.
await new Promise((over) => setTimeout(over, 1500))
for (const id of ids) {
  if (!(await settled(id))) wrong.push(`${id}: ${way(id) || 'no events'}, ${await status(id)}`)
  if (seen.get(id)?.some(({ amount }) => amount !== 12.5)) wrong.push(`${id}: another amount`)
}
console.log(wrong.length === 0 ? 'the story holds' : wrong.join('\n'))
process.exit(wrong.length === 0 ? 0 : 1)
