import type { Edge, EdgeParts } from '../../kit/service/edge.ts'
import { createAuthenticate } from '../../kit/service/http/auth.ts'
import { mountApi } from './api.ts'
import { createDocument } from './document.ts'
import { createLimits } from './limits.ts'
import { createGatewayMetrics } from './metrics.ts'
import { createOverload } from './overload.ts'
import { type ServiceName, services } from './routes.ts'
import type { GatewaySettings } from './settings.ts'
import { createStreams } from './streams.ts'
import { createUpstream, type Upstream } from './upstream.ts'
import { createReception } from './visit.ts'

type Upstreams = Readonly<Record<ServiceName, Upstream>>

const openUpstreams = (
  settings: GatewaySettings,
  metrics: ReturnType<typeof createGatewayMetrics>,
  { log }: Pick<EdgeParts<GatewaySettings>, 'log'>,
): Upstreams => {
  const open = (name: ServiceName): Upstream => {
    const upstream = createUpstream({
      name,
      urls: settings[`${name.toUpperCase() as Uppercase<ServiceName>}_URL`],
      timeoutMs: settings.UPSTREAM_TIMEOUT_MS,
      breakerFailures: settings.BREAKER_FAILURES,
      breakerRestMs: settings.BREAKER_REST_MS,
      metrics,
      onBreaker: (state) => log[state === 'closed' ? 'info' : 'warn']({ service: name, state }, 'circuit breaker'),
    })
    metrics.watch(name, upstream.breaker)
    return upstream
  }
  return Object.fromEntries(services.map((name) => [name, open(name)])) as Record<ServiceName, Upstream>
}

/** The status of the answer; 0 where there is none. */
const statusOf = async (upstream: Upstream, path: string, headers = {}): Promise<number> => {
  const client = { gone: false, drop: () => undefined }
  try {
    const answer = await upstream.send({ method: 'GET', path, headers, mayRepeat: false, client })
    answer.resume()
    return answer.statusCode ?? 0
  } catch {
    return 0
  }
}

const NO_TOKEN = { authorization: 'Bearer none' }

/** Whose order is whose, the order service decides by the token. One that looks at none would show each customer the orders of all. */
const createReadiness = ({ order, identity }: Upstreams, log: EdgeParts<GatewaySettings>['log']) => {
  let isTold = false
  return async (): Promise<boolean> => {
    const [orders, keys] = await Promise.all([
      statusOf(order, '/api/orders?limit=1', NO_TOKEN),
      statusOf(identity, '/live'),
    ])
    if (orders === 200 && !isTold) {
      isTold = true
      log.error('the order service asks for no token: start the services with AUTH_ISSUER, or nothing is kept apart')
    }
    return orders === 401 && keys === 200
  }
}

/** Wires the gateway. It keeps nothing: one that is started anew, or a second one beside it, does the same. */
export const openGateway = async (version: string, parts: EdgeParts<GatewaySettings>): Promise<Edge> => {
  const { settings, log, tracing, board, registry } = parts
  const metrics = createGatewayMetrics(registry)
  const upstreams = openUpstreams(settings, metrics, parts)
  const limits = await createLimits(settings, metrics, log)
  const authenticate = await createAuthenticate({ issuer: settings.AUTH_ISSUER, audience: settings.AUTH_AUDIENCE })
  return {
    mount: (app) =>
      mountApi(app, {
        upstreams,
        authenticate,
        tracing,
        limit: limits.guard,
        overload: createOverload(board),
        reception: createReception(metrics, log),
        streams: createStreams(settings.MAX_STREAMS, settings.MAX_STREAMS_USER, metrics),
        document: createDocument(version, upstreams),
        corsOrigins: settings.CORS_ORIGINS,
      }),
    // Without orders there is no shop, and without identity nobody gets in.
    isReady: createReadiness(upstreams, log),
    stop: async () => {
      limits.close()
      for (const upstream of Object.values(upstreams)) upstream.close()
    },
  }
}
