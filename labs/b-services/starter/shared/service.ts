import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import express, { type Express } from 'express'

export type Service = {
  name: string
  /** Used when the environment variable PORT is not set. */
  port: number
  /** What the service offers besides /health, as the `paths` of an OpenAPI document. */
  paths?: Record<string, object>
  routes?: (app: Express) => void
}

const lastWork: (() => Promise<unknown>)[] = []

/** Adds work to do before the process ends, such as leaving a consumer group. */
export function beforeStop(work: () => Promise<unknown>) {
  lastWork.push(work)
}

export async function startService({ name, port, paths = {}, routes = () => {} }: Service) {
  const app = express()
  // GET /health, GET /openapi.json and GET /docs
  app.use((_request, response) => {
    response.status(501).json({ error: 'part B: not written yet' })
  })
  routes(app)

  const server = app.listen(Number(process.env.PORT || port), '127.0.0.1')
  await once(server, 'listening')
  console.log(`${name} listens on http://localhost:${process.env.PORT || port}`)

  const stop = async () => {
    // 1. Take no new requests. 2. Do the last work. 3. Wait for both, 3 seconds at most. 4. End with exit code 0.
    console.error('part B: not written yet')
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
