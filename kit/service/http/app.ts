import express, { type Express, type RequestHandler } from 'express'
import type { Authenticate } from './auth.ts'
import { assertMay } from './caller.ts'
import { docsPage } from './docs-page.ts'
import { guestOf } from './guest.ts'
import { handler } from './handler.ts'
import { healthRoutes } from './health.ts'
import { openApi } from './openapi.ts'
import type { Route } from './route.ts'
import { createShell, type ShellOptions } from './shell.ts'

export interface AppOptions extends Omit<ShellOptions, 'mount'> {
  readonly version: string
  readonly routes: readonly Route[]
  /** Passed by every request to an API route, before anything is done for it. */
  readonly beforeHandling?: () => void
  /** Lets programs of this machine in without a token, as the user `guest`. */
  readonly guests?: boolean | undefined
  /** Checks the bearer token of every route that is not open to anyone; absent: all are open. */
  readonly authenticate?: Authenticate | undefined
}

const maxBody = '64kb'

/** Stands before the body is read: whoever may not come in need not be listened to. */
const door =
  ({ needs = 'caller' }: Route, authenticate: Authenticate, guests: boolean): RequestHandler =>
  async (request, response, next) => {
    const caller = (guests ? guestOf(request) : null) ?? (await authenticate(request.headers.authorization))
    assertMay(needs, caller)
    response.locals.caller = caller
    next()
  }

const mountRoutes = (app: Express, { routes, authenticate, guests = false, beforeHandling }: AppOptions): void => {
  const parsers = {
    json: express.json({ limit: maxBody, type: () => true }),
    form: express.urlencoded({ limit: maxBody, extended: false }),
  }
  for (const spec of routes) {
    const guard = authenticate === undefined || spec.needs === 'anyone' ? [] : [door(spec, authenticate, guests)]
    const parse = spec.body === undefined ? [] : [parsers[spec.bodyType ?? 'json']]
    app[spec.method](spec.path, ...guard, ...parse, handler(spec, beforeHandling))
  }
}

/** The HTTP side that every service has: its routes, its own description, and what the shell adds. */
export const createApp = (options: AppOptions): Express => {
  const { service, version } = options
  const routes = [...options.routes, ...healthRoutes(options)]
  const description = {
    title: `${service} service`,
    version,
    description: `The API of the ${service} service of Saga Lab's shop.`,
  }
  const document = openApi(description, routes, options.authenticate !== undefined)
  return createShell({
    ...options,
    mount: (app) => {
      mountRoutes(app, options)
      app.get('/openapi.json', (_, response) => void response.json(document))
      app.get('/docs', (_, response) => void response.type('html').send(docsPage(service, routes)))
    },
  })
}
