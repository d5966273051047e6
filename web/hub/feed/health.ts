import { get } from 'node:http'
import type { Instance } from '../ports.ts'
import type { ServiceState } from '../protocol.ts'

/** Longer than a busy service takes; a frozen one keeps its port open and never answers. */
const PATIENCE_MS = 1_500
const METRICS_BYTES = 512 * 1024

export type Health = ServiceState['health']

interface Answer {
  readonly status: number
  readonly body: string
}

/** Null where nobody listens; status 0 where somebody listens and does not answer. */
function ask(url: string): Promise<Answer | null> {
  return new Promise((resolve) => {
    let connected = false
    const request = get(url, { agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
        if (body.length > METRICS_BYTES) request.destroy()
      })
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }))
      response.once('error', () => resolve({ status: response.statusCode ?? 0, body: '' }))
    })
    const timer = setTimeout(() => request.destroy(new Error('late')), PATIENCE_MS)
    request.on('socket', (socket) => socket.once('connect', () => (connected = true)))
    request.once('error', () => resolve(connected ? { status: 0, body: '' } : null))
    request.once('close', () => clearTimeout(timer))
  })
}

async function healthOf({ url, runs }: Instance): Promise<Health> {
  if (!runs) return 'down'
  const ready = await ask(`${url}/ready`)
  if (ready === null) return 'starting'
  if (ready.status === 0) return 'frozen'
  // `/ready` is the kit's own; a shop of the lab contract has `/health` alone.
  if (ready.status === 503) return 'starting'
  return 'up'
}

/** Outbox depth and the age of its oldest row, as `/metrics` tells them; null where it tells nothing of the kind. */
async function outboxOf({ url }: Instance): Promise<{ depth: number; oldestMs: number } | null> {
  const answer = await ask(`${url}/metrics`)
  if (answer === null || answer.status !== 200) return null
  const read = (name: string): number | null => {
    const match = new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+-]+)$`, 'm').exec(answer.body)
    return match === null ? null : Number(match[1])
  }
  const depth = read('outbox_unsent_rows')
  return depth === null ? null : { depth, oldestMs: (read('outbox_oldest_age_seconds') ?? 0) * 1_000 }
}

const WORST_FIRST: readonly Health[] = ['frozen', 'starting', 'up']

/** One look at each process; a service is as well as the worst of its processes that live. */
export async function lookAtServices(
  names: readonly string[],
  instances: readonly Instance[],
): Promise<ServiceState[]> {
  return Promise.all(
    names.map(async (name) => {
      const own = instances.filter(({ service }) => service === name)
      const healths = await Promise.all(own.map(healthOf))
      const alive = own.filter((_, i) => healths[i] !== 'down')
      const answering = own.find((_, i) => healths[i] === 'up' || healths[i] === 'starting')
      const outbox = answering === undefined ? null : await outboxOf(answering)
      return {
        name,
        health: WORST_FIRST.find((one) => healths.includes(one)) ?? 'down',
        instances: alive.length,
        outboxDepth: outbox?.depth ?? null,
        outboxOldestMs: outbox === null ? null : Math.round(outbox.oldestMs),
      }
    }),
  )
}
