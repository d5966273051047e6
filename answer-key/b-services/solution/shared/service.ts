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
  // lab:begin B
  app.get('/health', (_request, response) => {
    response.json({ status: 'ok', service: name })
  })

  const ok = { responses: { 200: { description: 'ok' } } }
  const openapi = {
    openapi: '3.0.3',
    info: { title: `${name} service`, version: '1.0.0' },
    paths: { '/health': { get: ok }, ...paths },
  }
  app.get('/openapi.json', (_request, response) => {
    response.json(openapi)
  })
  app.get('/docs', (_request, response) => {
    const list = Object.entries(openapi.paths).map(([path, methods]) => `<li>${Object.keys(methods)} ${path}</li>`)
    response.send(`<h1>${name} service</h1><ul>${list.join('')}</ul><a href="/openapi.json">openapi.json</a>`)
  })
  // lab:else
  // // GET /health, GET /openapi.json and GET /docs
  // app.use((_request, response) => {
  //   response.status(501).json({ error: 'part B: not written yet' })
  // })
  // lab:end
  routes(app)

  const server = app.listen(Number(process.env.PORT || port), '127.0.0.1')
  await once(server, 'listening')
  console.log(`${name} listens on http://localhost:${process.env.PORT || port}`)

  const stop = async () => {
    // lab:begin B
    const closed = new Promise((resolve) => server.close(resolve))
    const done = Promise.allSettled([closed, ...lastWork.map((work) => work())])
    await Promise.race([done, setTimeout(3000)])
    process.exit(0)
    // lab:else
    // // 1. Take no new requests. 2. Do the last work. 3. Wait for both, 3 seconds at most. 4. End with exit code 0.
    // console.error('part B: not written yet')
    // lab:end
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
