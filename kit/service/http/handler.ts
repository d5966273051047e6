import type { Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import type { Caller } from './caller.ts'
import { invalid } from './problem.ts'
import type { Reply, Route } from './route.ts'
import { sendEvents } from './server-events.ts'

const send = async (response: Response, { status, body, headers, raw, events }: Reply): Promise<void> => {
  response.status(status).set(headers ?? {})
  if (events !== undefined) await sendEvents(response, events)
  else if (raw !== undefined) response.type(raw.type).send(Buffer.from(raw.data))
  else response.json(body)
}

const checked = (schema: z.ZodType | undefined, value: unknown, whole: string): unknown => {
  if (schema === undefined) return undefined
  const result = schema.safeParse(value)
  if (!result.success) throw invalid(result.error, whole)
  return result.data
}

/** A route as express knows it: checks the input by its schemas, and sends what its `handle` returns. */
export const handler =
  (spec: Route, beforeHandling?: () => void): RequestHandler =>
  async (request: Request, response: Response) => {
    beforeHandling?.()
    const input = {
      params: checked(spec.params, request.params, 'path'),
      query: checked(spec.query, request.query, 'query'),
      headers: checked(spec.headers, request.headers, 'headers'),
      body: checked(spec.body, request.body, 'body'),
      caller: (response.locals.caller as Caller | undefined) ?? null,
    }
    await send(response, await spec.handle(input))
  }
