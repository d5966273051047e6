import type { Edge, EdgeParts } from '../../kit/service/edge.ts'
import { createAuthenticate } from '../../kit/service/http/auth.ts'
import { mountApi } from './api.ts'
import { createDocument } from './document.ts'
import { createLimits } from './limits.ts'
import { createGatewayMetrics } from './metrics.ts'
import { createOverload } from './overload.ts'
import { createOwners } from './owners.ts'
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

const answers = async (upstream: Upstream): Promise<boolean> => {
  const client = { gone: false, drop: () => undefined }
  try {
    const answer = await upstream.send({ method: 'GET', path: '/live', headers: {}, mayRepeat: false, client })
    answer.resume()
    return answer.statusCode === 200
  } catch {
    return false
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
        owners: createOwners(upstreams.order),
        streams: createStreams(settings.MAX_STREAMS, settings.MAX_STREAMS_USER, metrics),
        document: createDocument(version, upstreams),
        corsOrigins: settings.CORS_ORIGINS,
      }),
    // Without orders there is no shop, and without identity nobody gets in.
    isReady: async () => (await Promise.all([upstreams.order, upstreams.identity].map(answers))).every(Boolean),
    stop: async () => {
      limits.close()
      for (const upstream of Object.values(upstreams)) upstream.close()
    },
  }
}
