import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import type { z } from 'zod'
import { docsPage } from './docs-page.ts'
import { openApi } from './openapi.ts'
import { invalid, Problem, problemBody, toProblem } from './problem.ts'
import { type Reply, type Route, route } from './route.ts'
import { sendEvents } from './server-events.ts'

export interface AppOptions {
  readonly service: string
  readonly version: string
  readonly routes: readonly Route[]
  /** True while the service can do its work: Kafka joined, database open. */
  readonly isReady: () => boolean
  /** False once the process should be replaced. */
  readonly isAlive: () => boolean
  readonly metrics: () => Promise<{ contentType: string; text: string }>
  /** Told of every answer with status 500. */
  readonly onError: (error: unknown, request: { method: string; url: string }) => void
  /** Passed by every request to an API route, before anything is done for it. */
  readonly beforeHandling?: () => void
  /** The door to the failure toggles, at `/faults`; absent: there is none. */
  readonly control?: RequestHandler | undefined
}

const maxBody = '64kb'

const send = async (response: Response, { status, body, headers, raw, events }: Reply): Promise<void> => {
  response.status(status).set(headers ?? {})
  if (events !== undefined) await sendEvents(response, events)
  else if (raw !== undefined) response.type(raw.type).send(Buffer.from(raw.data))
  else response.json(body)
}

const sendProblem = (response: Response, problem: Problem): void => {
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(problem)))
}

const checked = (schema: z.ZodType | undefined, value: unknown, whole: string): unknown => {
  if (schema === undefined) return undefined
  const result = schema.safeParse(value)
  if (!result.success) throw invalid(result.error, whole)
  return result.data
}

const handler =
  (spec: Route, beforeHandling?: () => void): RequestHandler =>
  async (request: Request, response: Response) => {
    beforeHandling?.()
    const input = {
      params: checked(spec.params, request.params, 'path'),
      query: checked(spec.query, request.query, 'query'),
      headers: checked(spec.headers, request.headers, 'headers'),
      body: checked(spec.body, request.body, 'body'),
    }
    await send(response, await spec.handle(input))
  }

/** Health as three questions: does it run (live), can it work (ready), and the lab contract's `/health`. */
const healthRoutes = ({ service, isAlive, isReady }: AppOptions): Route[] => {
  const answer = (ok: boolean): Reply => ({
    status: ok ? 200 : 503,
    body: { status: ok ? 'ok' : 'unavailable', service },
  })
  const responses = { 200: { description: 'Yes' }, 503: { description: 'No' } }
  return [
    route({
      method: 'get',
      path: '/health',
      summary: 'Is the service well?',
      responses,
      handle: () => answer(isAlive()),
    }),
    route({
      method: 'get',
      path: '/live',
      summary: 'Should it go on running?',
      responses,
      handle: () => answer(isAlive()),
    }),
    route({
      method: 'get',
      path: '/ready',
      summary: 'Can it work now?',
      responses,
      handle: () => answer(isAlive() && isReady()),
    }),
  ]
}

const onThrown =
  (options: AppOptions): ErrorRequestHandler =>
  (error, request, response, next) => {
    const problem = toProblem(error)
    if (problem.status >= 500) options.onError(error, { method: request.method, url: request.originalUrl })
    if (response.headersSent) return next(error)
    sendProblem(response, problem)
  }

/** The HTTP side that every service has: its routes, health, metrics, its own description, and one handler for all errors. */
export const createApp = (options: AppOptions): Express => {
  const app = express()
  app.disable('x-powered-by').disable('etag')
  const json = express.json({ limit: maxBody, type: () => true })
  const routes = [...options.routes, ...healthRoutes(options)]
  for (const spec of routes) {
    const parse: RequestHandler[] = spec.body === undefined ? [] : [json]
    const before = options.routes.includes(spec) ? options.beforeHandling : undefined
    app[spec.method](spec.path, ...parse, handler(spec, before))
  }
  const description = {
    title: `${options.service} service`,
    version: options.version,
    description: `The API of the ${options.service} service of Saga Lab's shop.`,
  }
  const document = openApi(description, routes)
  app.get('/openapi.json', (_, response) => void response.json(document))
  app.get('/docs', (_, response) => void response.type('html').send(docsPage(options.service, routes)))
  app.get('/metrics', async (_, response) => {
    const { contentType, text } = await options.metrics()
    response.set('content-type', contentType).send(text)
  })
  if (options.control !== undefined) app.use('/faults', options.control)
  app.use((request) => {
    throw new Problem(404, `${request.method} ${request.path} is not here; /docs lists what is.`)
  })
  app.use(onThrown(options))
  return app
}
