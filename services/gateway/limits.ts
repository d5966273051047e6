import type { Request, RequestHandler, Response } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import type { Logger } from 'pino'
import { Problem } from '../../kit/service/http/problem.ts'
import type { GatewayMetrics } from './metrics.ts'
import type { SharedCounts } from './redis-counts.ts'
import type { GatewaySettings } from './settings.ts'
import { visitOf } from './visit.ts'

type Name = 'user' | 'address'

export interface Limits {
  /** Knows the caller by then. Answers 429 with `Retry-After` to who comes too often, and tells everyone where they stand in `RateLimit`. */
  readonly guard: RequestHandler
  close(): void
}

const connect = async (url: string | undefined, log: Logger): Promise<SharedCounts | undefined> =>
  url === undefined ? undefined : (await import('./redis-counts.ts')).connectCounts(url, log)

/** Headers that claim to say who called stand on no list of ours: the address is the connection's. */
const validate = { xForwardedForHeader: false, forwardedHeader: false }

/** Limits by user for whoever shows a good token, by address for all others. A user is not held up by neighbours behind the same address. */
export const createLimits = async (
  settings: GatewaySettings,
  metrics: Pick<GatewayMetrics, 'limited'>,
  log: Logger,
): Promise<Limits> => {
  const shared = await connect(settings.REDIS_URL, log)
  const limiter = (
    name: Name,
    windowMs: number,
    limit: number | ((request: Request, response: Response) => number),
    keyGenerator: (request: Request, response: Response) => string,
  ) =>
    rateLimit({
      ...{
        windowMs,
        limit,
        keyGenerator,
        validate,
        identifier: name,
        standardHeaders: 'draft-8',
        legacyHeaders: false,
      },
      ...(shared === undefined ? {} : { store: shared.store(`saga-lab:limit:${name}:`) }),
      logger: { error: (error) => log.error({ error: String(error) }, 'rate limit'), warn: () => undefined },
      handler: (_request, _response, next) => {
        metrics.limited(name)
        next(new Problem(429, `Too many requests of one ${name}. Ask again when Retry-After is over.`))
      },
    })

  const { RATE_LIMIT_USER: perSecond, RATE_LIMIT_BURST: burst, RATE_LIMIT_SERVICE: service } = settings
  // A window as long as a burst takes to be earned: in the mean `perSecond`, and the whole burst may come at its beginning.
  const windowMs = Math.max(1, Math.round((burst / perSecond) * 1_000))
  const ofServices = Math.max(1, Math.round((service * windowMs) / 1_000))
  const callerOf = (response: Response) => visitOf(response).caller
  const users = limiter(
    'user',
    windowMs,
    (_request, response) => (callerOf(response)?.role === 'service' ? ofServices : burst),
    (_request, response) => callerOf(response)?.sub ?? '',
  )
  const addresses = limiter('address', 1_000, settings.RATE_LIMIT_IP, ({ ip }) => ipKeyGenerator(ip ?? '::'))
  return {
    guard: (request, response, next) => void (callerOf(response) === null ? addresses : users)(request, response, next),
    close: () => shared?.close(),
  }
}
