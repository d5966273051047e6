import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express'
import { handler } from './handler.ts'
import { type Health, healthRoutes } from './health.ts'
import { Problem, problemBody, toProblem } from './problem.ts'

export interface ShellOptions extends Health {
  /** Adds what is the service's own. */
  readonly mount: (app: Express) => void
  readonly metrics: () => Promise<{ contentType: string; text: string }>
  /** Told of every answer with status 500 and above. */
  readonly onError: (error: unknown, request: { method: string; url: string }) => void
  /** The door to the failure toggles, at `/faults`; absent: there is none. */
  readonly control?: RequestHandler | undefined
}

const sendProblem = (response: Response, problem: Problem): void => {
  response
    .status(problem.status)
    .set(problem.headers)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(problem)))
}

const onThrown =
  (options: ShellOptions): ErrorRequestHandler =>
  (error, request, response, next) => {
    const problem = toProblem(error)
    if (problem.status >= 500) options.onError(error, { method: request.method, url: request.originalUrl })
    if (response.headersSent) return next(error)
    sendProblem(response, problem)
  }

/** What every HTTP side has around what is its own: health, counters, the door to its toggles, and one handler for all errors. */
export const createShell = (options: ShellOptions): Express => {
  const app = express()
  app.disable('x-powered-by').disable('etag')
  options.mount(app)
  for (const { path, ...spec } of healthRoutes(options)) app.get(path, handler({ path, ...spec }))
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
