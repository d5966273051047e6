import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Request, RequestHandler, Response } from 'express'
import { Problem } from '../../kit/service/http/problem.ts'
import type { Tracing } from '../../kit/telemetry/spans.ts'
import { nextTraceparent } from '../../kit/telemetry/traceparent.ts'
import type { Door } from './routes.ts'
import type { Streams } from './streams.ts'
import { createTarget } from './target.ts'
import { CallerLeft, type Upstream } from './upstream.ts'
import { type Visit, visitOf } from './visit.ts'

export interface ProxyParts {
  readonly upstreams: Readonly<Record<Door['to'], Upstream>>
  readonly streams: Streams
  readonly tracing: Pick<Tracing, 'served'>
}

/** All that a service gets to see of a caller's headers. What is not named here, hop-by-hop headers and forged x-forwarded ones among it, stays outside. */
const passedOn: readonly string[] = ['accept', 'authorization', 'content-type', 'idempotency-key', 'last-event-id']
const passedBack: readonly string[] = [
  'cache-control',
  'content-disposition',
  'content-length',
  'content-type',
  'location',
  'retry-after',
  'www-authenticate',
]

/** No token lives longer: who wants to go on listening comes back with a fresh one. */
const longestStreamMs = 600_000

const headersFor = (request: Request, { correlationId }: Visit, traceparent: string): OutgoingHttpHeaders => {
  const headers: OutgoingHttpHeaders = { 'x-correlation-id': correlationId, traceparent }
  for (const name of passedOn) {
    const value = request.headers[name]
    if (value !== undefined) headers[name] = value
  }
  return headers
}

const queryOf = ({ url }: Request): string => {
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at)
}

const assertComplete = (door: Door, request: Request): void => {
  if (request.query.access_token !== undefined) {
    const message = 'a token in an address ends up in logs; send it in the header Authorization'
    throw new Problem(400, `access_token: ${message}`, [{ field: 'access_token', message }])
  }
  if (door.idempotencyKey !== 'required' || request.headers['idempotency-key'] !== undefined) return
  const message = 'this header is needed, with a new value for each new order and the same one to ask again'
  throw new Problem(400, `Idempotency-Key: ${message}`, [{ field: 'Idempotency-Key', message }])
}

const passBack = (answer: IncomingMessage, response: Response, streams: boolean): void => {
  response.status(answer.statusCode ?? 502)
  for (const name of passedBack) {
    const value = answer.headers[name]
    if (value !== undefined) response.setHeader(name, value)
  }
  if (streams) response.setHeader('x-accel-buffering', 'no').flushHeaders()
  // It ended before its end: so does ours, for the caller must not take a part for the whole.
  answer.once('error', () => response.destroy())
  answer.pipe(response)
}

const hold = (streams: Streams, visit: Visit, response: Response): void => {
  const leave = streams.enter(visit.caller)
  const timer = setTimeout(() => response.destroy(), longestStreamMs)
  response.once('close', () => {
    clearTimeout(timer)
    leave()
  })
}

/** The one way from a caller to a service: checked, written anew, sent, and its answer passed back as it comes. */
export const createProxy = (door: Door, { upstreams, streams, tracing }: ProxyParts): RequestHandler => {
  const target = createTarget(door.path)
  const upstream = upstreams[door.to]
  const streaming = door.streams === true
  const name = `${door.method.toUpperCase()} ${door.path}`
  /** Commands are followed; questions carry on what trace they came with, for they would crowd out the commands. */
  const traced = (request: Request, response: Response): string => {
    const { traceparent } = request.headers as { traceparent?: string }
    if (door.method === 'get') return nextTraceparent(traceparent)
    const span = tracing.served(name, traceparent)
    response.once('close', () => span.end(response.statusCode))
    return span.traceparent
  }
  return async (request, response) => {
    const visit = visitOf(response)
    assertComplete(door, request)
    const path = target(request.params) + queryOf(request)
    const body = request.body as Buffer | undefined
    const headers = headersFor(request, visit, traced(request, response))
    const { client } = visit
    try {
      if (streaming) hold(streams, visit, response)
      const mayRepeat = request.method === 'GET' || door.idempotencyKey !== undefined
      if (body !== undefined) headers['content-length'] = body.length
      passBack(
        await upstream.send({ method: request.method, path, headers, body, mayRepeat, streams: streaming, client }),
        response,
        streaming,
      )
    } catch (error) {
      if (!(error instanceof CallerLeft)) throw error
    }
  }
}
