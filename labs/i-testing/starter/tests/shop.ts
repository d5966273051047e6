import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { kafka } from '../kafka/client.ts'
import { eventTypes, type ShopEvent } from '../shared/events.ts'

const url = process.env.ORDER_URL || 'http://localhost:5000'

/** Posts an order and returns its id. */
export async function post(productId: number, quantity = 1, amount = 1500): Promise<string> {
  const body = JSON.stringify({ userId: 'tester', productId, quantity, amount })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/api/orders`, { method: 'POST', headers, body })
  if (!response.ok) throw new Error(`POST /api/orders answered ${response.status}`)
  return ((await response.json()) as { orderId: string }).orderId
}

export async function status(orderId: string): Promise<string> {
  const response = await fetch(`${url}/api/orders/${orderId}`)
  return ((await response.json()) as { status: string }).status
}

/** The lines of notification that speak of an e-mail for this order; undefined where nobody keeps its output. */
export function emails(orderId: string): string[] | undefined {
  const path = process.env.NOTIFICATION_LOG
  if (path === undefined || !existsSync(path)) return undefined
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line.toLowerCase().includes('email sent') && line.includes(orderId))
}

/** Reads all topics in a group of its own, so that it gets every event and takes none away from the services. */
export async function listen() {
  const groupId = `test-${randomUUID()}`
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 250 })
  const events: ShopEvent[] = []
  await consumer.connect()
  await consumer.subscribe({ topics: eventTypes, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, message }) => {
      try {
        events.push({ ...JSON.parse(String(message.value)), eventType: topic })
      } catch {
        // Not ours: somebody else wrote it.
      }
    },
  })
  return {
    /** How this order went so far: its events of one type. */
    of: (orderId: string, type: string) => events.filter((e) => e.eventType === type && e.data?.orderId === orderId),
    async stop() {
      await consumer.disconnect()
      const admin = kafka.admin()
      await admin.connect()
      await admin.deleteGroups([groupId])
      await admin.disconnect()
    },
  }
}

/** Waits until something holds, and fails with a sentence when it takes too long. Never a fixed sleep: that is slow and flaky. */
export async function until(what: string, holds: () => unknown, seconds = 5) {
  const deadline = Date.now() + seconds * 1000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s in vain until ${what}`)
    await setTimeout(50)
  }
}
