import { randomUUID } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import type { Caller } from '../../kit/service/http/caller.ts'
import type { GatewayMetrics } from './metrics.ts'
import type { Client } from './upstream.ts'

/** What is known of a request on its way through the gateway. */
export interface Visit {
  /** Ties together what is logged of it, here and behind; returned as `x-correlation-id`. */
  readonly correlationId: string
  readonly client: Client
  /** The door's path: never what was asked for, which may hold anything. */
  route: string
  /** Null without a good token. */
  caller: Caller | null
}

/** Long enough for a UUID or a trace id with a prefix; nothing that could forge a line of a log. */
const sane = /^[\w.:-]{1,100}$/

export const visitOf = (response: Response): Visit => response.locals.visit as Visit

const safety = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/** Nginx's number for it: the caller left before there was an answer. */
const callerLeft = 499

/** Of those that failed, the ones that somebody should look into; what a breaker or a limit refuses comes in floods. */
const isTold = (status: number): boolean => status === 500 || status === 502 || status === 504

/** The first to see a request, and the last: gives it its correlation id and safe headers, counts and logs how it ended. */
export const createReception =
  (metrics: Pick<GatewayMetrics, 'answered'>, log: Logger): RequestHandler =>
  (request, response, next) => {
    const given = request.headers['x-correlation-id']
    const correlationId = typeof given === 'string' && sane.test(given) ? given : randomUUID()
    const client: Client = { gone: false, drop: () => undefined }
    const visit: Visit = { correlationId, client, route: 'none', caller: null }
    const begun = performance.now()
    response.locals.visit = visit
    response.setHeader('x-correlation-id', correlationId)
    for (const [name, value] of Object.entries(safety)) response.setHeader(name, value)
    response.once('close', () => {
      const status = response.headersSent ? response.statusCode : callerLeft
      if (!response.writableFinished) {
        client.gone = true
        client.drop()
      }
      metrics.answered(visit.route, request.method, status)
      const level = isTold(status) ? 'warn' : 'debug'
      if (!log.isLevelEnabled(level)) return
      const ms = Math.round(performance.now() - begun)
      log[level](
        { correlationId, route: visit.route, method: request.method, status, ms, sub: visit.caller?.sub },
        'answered',
      )
    })
    next()
  }
