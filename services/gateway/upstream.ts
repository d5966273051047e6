import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleType,
  retry,
} from 'cockatiel'
import { Problem } from '../../kit/service/http/problem.ts'
import type { Breaker, GatewayMetrics } from './metrics.ts'
import type { ServiceName } from './routes.ts'

/** Whoever waits for an answer: may leave at any time. `drop` ends what is under way for them. */
export interface Client {
  gone: boolean
  drop: () => void
}

export interface Call {
  readonly method: string
  readonly path: string
  readonly headers: OutgoingHttpHeaders
  readonly body?: Buffer | undefined
  /** Asking twice does no more than asking once. */
  readonly mayRepeat: boolean
  /** The answer goes on: only its head has to come in time. */
  readonly streams?: boolean | undefined
  readonly client: Client
}

export interface Upstream {
  readonly name: ServiceName
  readonly breaker: Breaker
  /**
   * The service's answer, whatever its status; its body is the receiver's to read or to destroy. Throws CallerLeft, or a Problem where the
   * service gave no answer: 502 (it broke off), 503 (not reached, or left alone for now), 504 (too late).
   */
  send(call: Call): Promise<IncomingMessage>
  close(): void
}

export interface UpstreamOptions {
  readonly name: ServiceName
  readonly urls: readonly string[]
  readonly timeoutMs: number
  readonly breakerFailures: number
  readonly breakerRestMs: number
  readonly metrics: Pick<GatewayMetrics, 'asked' | 'retried'>
  readonly onBreaker: (state: Breaker['state']) => void
}

/** `away`: it was not reached, so nothing was done. `broken`: the connection ended before an answer. `late`: no answer in time. */
class NoAnswer extends Error {
  readonly how: 'away' | 'broken' | 'late'
  constructor(how: NoAnswer['how']) {
    super(how)
    this.how = how
  }
}

/** Nobody waits for the answer any more. */
export class CallerLeft extends Error {
  override readonly name = 'CallerLeft'
}

/** One service answers many callers over a few connections that stay open. */
const pool = { keepAlive: true, maxSockets: 128, maxFreeSockets: 64 }

const states = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
} as const

/** These a service gives when it cannot work. A 500 is no such sign: a single request can bring it about, and must not shut the door to all. */
const isUnwell = (answer: unknown): boolean => [502, 503, 504].includes((answer as IncomingMessage).statusCode ?? 0)

const howOf = ({ code }: NodeJS.ErrnoException): NoAnswer['how'] =>
  code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH' ? 'away' : 'broken'

interface Target {
  readonly host: string
  readonly port: number
}

const ask = (agent: Agent | undefined, { host, port }: Target, call: Call, timeoutMs: number) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const { method, path, headers, body, client, streams } = call
    if (client.gone) return reject(new CallerLeft())
    const sent = request({ agent, host, port, method, path, headers })
    const timer = setTimeout(() => sent.destroy(new NoAnswer('late')), timeoutMs)
    client.drop = () => sent.destroy(new CallerLeft())
    sent.once('response', (answer) => {
      if (streams) clearTimeout(timer)
      else answer.once('close', () => clearTimeout(timer))
      resolve(answer)
    })
    sent.on('error', (error) => {
      clearTimeout(timer)
      reject(error instanceof NoAnswer || error instanceof CallerLeft ? error : new NoAnswer(howOf(error)))
    })
    sent.end(body)
  })

const sayings = {
  away: [503, 'does not answer; nothing was done. Ask again.', { 'retry-after': '1' }],
  broken: [502, 'broke off before it answered. It may have done what was asked.', {}],
  late: [504, 'did not answer in time. It may still do what was asked.', {}],
} as const

const toProblem = (name: string, error: unknown, restMs: number): unknown => {
  if (error instanceof BrokenCircuitError) {
    const seconds = Math.max(1, Math.ceil(restMs / 1_000))
    return new Problem(
      503,
      `The ${name} service is not well and is left alone for now. Ask again in ${seconds} s.`,
      [],
      {
        'retry-after': String(seconds),
      },
    )
  }
  if (!(error instanceof NoAnswer)) return error
  const [status, words, headers] = sayings[error.how]
  return new Problem(status, `The ${name} service ${words}`, [], headers)
}

/** A service as the gateway sees it: a pool of connections behind a circuit breaker, and retries for what may be repeated. */
export const createUpstream = (options: UpstreamOptions): Upstream => {
  const { name, urls, timeoutMs, breakerRestMs, metrics } = options
  const agent = new Agent(pool)
  // A stream holds its connection for minutes: it takes none from the pool.
  const streaming = new Agent({ keepAlive: false })
  const targets = urls
    .map((url) => new URL(url))
    .map(({ hostname, port }) => ({ host: hostname, port: Number(port || 80) }))
  let turn = 0
  let openedAt = 0

  const breaker = circuitBreaker(handleType(NoAnswer).orWhenResult(isUnwell), {
    halfOpenAfter: breakerRestMs,
    breaker: new ConsecutiveBreaker(options.breakerFailures),
  })
  breaker.onStateChange((state) => {
    if (state === CircuitState.Open) openedAt = Date.now()
    options.onBreaker(states[state])
  })
  // Who was late once is not asked for the same thing three times.
  const again = retry(handleType(NoAnswer, ({ how }) => how !== 'late').orWhenResult(isUnwell), {
    maxAttempts: 2,
    backoff: new ExponentialBackoff({ initialDelay: 60, maxDelay: 600 }),
  })
  again.onRetry((reason) => {
    metrics.retried(name)
    if ('value' in reason) (reason.value as IncomingMessage).resume()
  })

  const attempt = (call: Call): Promise<IncomingMessage> =>
    breaker.execute(async () => {
      const target = targets[turn++ % targets.length]!
      const begun = performance.now()
      const answer = await ask(call.streams ? streaming : agent, target, call, timeoutMs)
      metrics.asked(name, performance.now() - begun)
      return answer
    })

  return {
    name,
    breaker: {
      get state() {
        return states[breaker.state]
      },
    },
    send: async (call) => {
      try {
        return await (call.mayRepeat ? again.execute(() => attempt(call)) : attempt(call))
      } catch (error) {
        throw toProblem(name, error, openedAt + breakerRestMs - Date.now())
      }
    },
    close: () => {
      agent.destroy()
      streaming.destroy()
    },
  }
}
