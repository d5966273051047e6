import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../cli/shop/ports.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { runOpenLoop, type Sent } from './open-loop.ts'
import { type Outcome, summarize } from './outcome.ts'

const topics = ['order-created', 'payment-success', 'stock-reserved']
const services = ['order', 'payment', 'inventory', 'notification']

const start = async (brokers: string, prefix: string, name: string, port: number): Promise<ChildProcess> => {
  const args = [brokers, prefix, name, ...(name === 'order' ? [String(port)] : [])]
  const env = { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1' }
  const child = spawn(
    process.execPath,
    ['--disable-warning=TimeoutNegativeWarning', `${import.meta.dirname}/tutorial-service.ts`, ...args],
    { stdio: ['ignore', 'pipe', 'inherit'], env },
  )
  await once(child.stdout!, 'data')
  return child
}

const endsOf = async (url: string): Promise<Map<string, number>> =>
  new Map((await (await fetch(`${url}/ends`)).json()) as [string, number][])

const settle = async (url: string, sent: readonly Sent[]): Promise<Outcome> => {
  const accepted = sent.filter(({ orderId }) => orderId !== null).map(({ orderId }) => orderId!)
  const deadline = performance.now() + 60_000
  let ends = await endsOf(url)
  while (!accepted.every((id) => ends.has(id)) && performance.now() < deadline) {
    await pause(500)
    ends = await endsOf(url)
  }
  return summarize(sent, ends)
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** The second yardstick: the shop as tutorials have it, under the same load on the same broker. */
export const tutorialShop = async (
  brokers: readonly string[],
  runs: readonly { readonly name: string; readonly rate: number | 'max'; readonly seconds: number }[],
  body: () => object,
  signal: AbortSignal | undefined,
): Promise<Record<string, Outcome>> => {
  const prefix = `tutorial-${Date.now().toString(36)}`
  const bus = createBus({ brokers, clientId: prefix })
  await bus.createTopics(topics.map((topic) => ({ topic: `${prefix}-${topic}`, partitions: 6 })))
  const port = await freePort()
  const children = await Promise.all(services.map((name) => start(brokers.join(','), prefix, name, port)))
  const url = `http://127.0.0.1:${port}`
  const outcomes: Record<string, Outcome> = {}
  try {
    for (const { name, rate, seconds } of runs) {
      outcomes[name] = await settle(url, await runOpenLoop({ url: `${url}/api/orders`, rate, seconds, body, signal }))
    }
  } finally {
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(children.map(ended))
    await bus.deleteTopics(topics.map((topic) => `${prefix}-${topic}`))
    await bus.close()
  }
  return outcomes
}
