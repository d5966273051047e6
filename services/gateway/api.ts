import cors from 'cors'
import express, { type Express, type RequestHandler } from 'express'
import type { Authenticate } from '../../kit/service/http/auth.ts'
import { assertMay } from '../../kit/service/http/caller.ts'
import { docsPage, docsPolicy } from '../../kit/service/http/docs-page.ts'
import type { Method } from '../../kit/service/http/route.ts'
import type { WholeDocument } from './document.ts'
import { createProxy, type ProxyParts } from './proxy.ts'
import { type Door, doors } from './routes.ts'
import { visitOf } from './visit.ts'

export interface ApiParts extends ProxyParts {
  readonly authenticate: Authenticate
  readonly limit: RequestHandler
  readonly overload: RequestHandler
  readonly reception: RequestHandler
  readonly document: () => Promise<WholeDocument>
  readonly corsOrigins: readonly string[]
}

const maxBody = '64kb'

/** First who asks, then how often: a refusal counts for the address, a good token for its user. Then whether they may. */
const guards = ({ needs, path }: Door, { authenticate, limit }: ApiParts): RequestHandler[] => {
  const refusals = new WeakMap<object, unknown>()
  const identify: RequestHandler = async (request, response, next) => {
    const visit = visitOf(response)
    visit.route = path
    if (needs !== 'anyone') {
      try {
        visit.caller = await authenticate(request.headers.authorization)
      } catch (refusal) {
        refusals.set(request, refusal)
      }
    }
    next()
  }
  const admit: RequestHandler = (request, response, next) => {
    const { caller } = visitOf(response)
    if (needs !== 'anyone') {
      if (caller === null) throw refusals.get(request)
      assertMay(needs, caller)
    }
    next()
  }
  return [identify, limit, admit]
}

const crossOrigin = (origins: readonly string[]): RequestHandler =>
  cors({
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'last-event-id',
      'traceparent',
      'x-correlation-id',
    ],
    exposedHeaders: ['x-correlation-id', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'Location'],
    maxAge: 600,
  })

const rowsOf = ({ paths }: WholeDocument) =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary, responses }]) => ({
      ...{ path, summary, method: method as Method },
      responses: responses as Record<number, { description: string }>,
    })),
  )

/** Mounts the gateway's doors and its pages. */
export const mountApi = (app: Express, parts: ApiParts): void => {
  app.use(parts.reception)
  if (parts.corsOrigins.length > 0) app.use(crossOrigin(parts.corsOrigins))
  const raw = express.raw({ limit: maxBody, type: () => true })
  for (const door of doors) {
    const body = door.method === 'get' ? [] : [raw]
    app[door.method](door.path, parts.overload, ...guards(door, parts), ...body, createProxy(door, parts))
  }
  app.get('/openapi.json', parts.limit, async (_request, response) => void response.json(await parts.document()))
  app.get('/docs', parts.limit, async (_request, response) => {
    response.set('content-security-policy', docsPolicy)
    response.type('html').send(docsPage('gateway', rowsOf(await parts.document())))
  })
}
