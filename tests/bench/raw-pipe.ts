import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { LEAN_ENVIRONMENT, leanOf } from '../../cli/shop/process.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { encodeEvent } from '../../services/contracts/codec.ts'
import { round } from './usage.ts'

/** Who reads what and passes what on: the way of a good order through the shop, without HTTP, store or domain. */
const stages = [
  { service: 'payment', from: ['order-created'], to: 'payment-success' },
  { service: 'inventory', from: ['payment-success'], to: 'stock-reserved' },
  { service: 'notification', from: ['stock-reserved'], to: undefined },
  { service: 'order', from: ['stock-reserved', 'payment-success'], to: undefined },
] as const

const start = async (
  brokers: string,
  prefix: string,
  { service, from, to }: (typeof stages)[number],
): Promise<ChildProcess> => {
  const named = (topic: string) => `${prefix}-${topic}`
  const args = [brokers, named(service), from.map(named).join(','), ...(to === undefined ? [] : [named(to)])]
  const child = spawn(process.execPath, [...leanOf(service), `${import.meta.dirname}/pipe-stage.ts`, ...args], {
    env: { ...process.env, ...LEAN_ENVIRONMENT, NODE_OPTIONS: '--disable-warning=TimeoutNegativeWarning' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout!, 'data')
  return child
}

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'

const orderCreated = (n: number) => ({
  type: 'order-created' as const,
  data: { orderId: `pipe-order-${n}-0123456789abcdef0123`, productId: 201, quantity: 1, amount: 1500 },
})

/**
 * The yardstick: the same hops, processes (with the same limits on memory) and bytes as the shop's good orders, and as many of them on their way to the broker at once, through
 * kafkajs without HTTP, store or domain. Returns orders a second that went the whole way.
 */
export const rawPipePerSecond = async (
  brokers: readonly string[],
  orders: number,
  inFlight: number,
): Promise<number> => {
  const prefix = `pipe-${Date.now().toString(36)}`
  const bus = createBus({ brokers, clientId: prefix })
  const topics = (['order-created', 'payment-success', 'stock-reserved'] as const).map((name) => `${prefix}-${name}`)
  await bus.createTopics(topics.map((topic) => ({ topic, partitions: 6 })))
  const children = await Promise.all(stages.map((stage) => start(brokers.join(','), prefix, stage)))
  // Asked for now: a Ctrl-C reaches them as well, and who has ended already does not end again.
  const ended = Promise.all(children.map((child) => once(child, 'exit')))
  const startedAt = performance.now()
  let sent = 0
  const customer = async (): Promise<void> => {
    while (sent < orders) {
      const { key, payload } = encodeEvent(orderCreated(sent++), 'order', null, Date.now())
      await bus.send([{ topic: topics[0]!, key, value: payload, headers: { traceparent } }])
    }
  }
  const sinks = [`${prefix}-notification`, `${prefix}-order`]
  const done = async () =>
    (await Promise.all(sinks.map((group) => bus.lag(group)))).every(
      (lags) =>
        lags.length > 0 && lags.every(({ lag }) => lag === 0n) && total(lags, `${prefix}-stock-reserved`) >= orders,
    )
  try {
    await Promise.all(Array.from({ length: inFlight }, customer))
    const deadline = performance.now() + 120_000
    while (!(await done())) {
      if (performance.now() > deadline) throw new Error(`the raw pipe took more than two minutes for ${orders} orders`)
      if (children.some(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null))
        throw new Error('a process of the raw pipe ended before all orders had gone the whole way')
      await pause(20)
    }
  } finally {
    for (const child of children) child.kill('SIGTERM')
  }
  const seconds = (performance.now() - startedAt) / 1000
  await ended
  await bus.deleteTopics(topics)
  await bus.close()
  return round(orders / seconds, 0)
}

const total = (lags: readonly { topic: string; high: bigint }[], topic: string): number =>
  lags.reduce((sum, lag) => (lag.topic === topic ? sum + Number(lag.high) : sum), 0)
