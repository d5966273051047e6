import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

export const SERVICES = ['order', 'payment', 'inventory', 'notification'] as const

export interface StandIn {
  /** By service, as JSON. */
  readonly urls: string
  /** Its groups read, and its spans go to the hub. */
  work(tracesUrl: string): Promise<void>
  stop(): Promise<void>
}

/** What a hub sees of a shop beside its events: processes, groups with members that commit, and spans. */
export async function startStandIn(brokers: string): Promise<StandIn> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'dashboard-shop.fixture.ts')], {
    env: { ...process.env, KAFKA_BROKERS: brokers },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const [urls] = (await once(lines, 'line')) as [string]
  return {
    urls,
    work: async (tracesUrl) => {
      child.stdin.write(`${tracesUrl}\n`)
      await once(lines, 'line')
    },
    stop: async () => {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}
