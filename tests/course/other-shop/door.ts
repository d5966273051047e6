/** HTTP with nothing but node:http. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface Answer {
  readonly status: number
  readonly json: unknown
}
export type Paths = Readonly<Record<string, Readonly<Record<string, unknown>>>>
export type Route = (method: string, path: string, body: () => Promise<string>) => Promise<Answer | undefined>

export class TooLarge extends Error {}

const LIMIT = 64 * 1024

/** The whole body as text. Too much of it is still read, so that the client can finish and hear our answer. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= LIMIT) chunks.push(chunk)
  }
  if (size > LIMIT) throw new TooLarge(`at most ${LIMIT} bytes, please`)
  return Buffer.concat(chunks).toString()
}

function json(response: ServerResponse, { status, json: value }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value))
}

export async function open(name: string, port: number, paths: Paths, route: Route, stop: () => Promise<void>) {
  const document = { openapi: '3.1.0', info: { title: name, version: '0.0.1' }, paths }
  const fixed: Route = async (method, path) => {
    if (method !== 'GET') return undefined
    if (path === '/health') return { status: 200, json: { uptime: process.uptime(), service: name, status: 'ok' } }
    if (path === '/openapi.json') return { status: 200, json: document }
    return undefined
  }
  const server = createServer(async (request, response) => {
    const method = request.method ?? 'GET'
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    if (path === '/docs') return void response.writeHead(302, { location: '/docs/' }).end()
    if (path === '/docs/') {
      const page = `<!doctype html><title>${name}</title><pre>${Object.keys(paths).join('\n')}\nopenapi.json</pre>`
      return void response.writeHead(200, { 'content-type': 'text/html' }).end(page)
    }
    try {
      const body = () => bodyOf(request)
      const answer = (await fixed(method, path, body)) ?? (await route(method, path, body))
      json(response, answer ?? { status: 404, json: { error: { path } } })
    } catch (error) {
      const status = error instanceof TooLarge ? 413 : 500
      json(response, { status, json: { error: { message: (error as Error).message } } })
    }
  })
  process.once('SIGTERM', async () => {
    server.close()
    server.closeIdleConnections()
    const timer = setTimeout(() => process.exit(0), 4500)
    await stop().catch((error: Error) => console.error(error.message))
    clearTimeout(timer)
    process.exit(0)
  })
  await new Promise<void>((ready) => server.listen(Number(process.env.PORT ?? port), ready))
  console.log(`\u001b[1m\u001b[35m◆ ${name}\u001b[0m up, pid ${process.pid}`)
}

export const health: Paths = { '/health': { get: { responses: { default: { description: 'how I am' } } } } }
export const none: Route = async () => undefined
