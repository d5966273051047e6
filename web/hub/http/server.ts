import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Asked, type Door, judge, type Role } from './guard.ts'
import { HEADERS } from './headers.ts'
import { asProblem, HubProblem, problemText, sendProblem } from './problem.ts'

export interface Handlers {
  /** A call of `/api/…` that the guard let through. */
  api(request: IncomingMessage, response: ServerResponse, role: Role, url: URL): Promise<void>
  spans(request: IncomingMessage): Promise<void>
  file(path: string): { readonly type: string; readonly bytes: Buffer } | null
  socket(request: IncomingMessage, socket: Duplex, head: Buffer, role: Role): void
}

/** One listener behind its door. Everything that comes in is judged first. */
export function createDoorServer(door: Door, handlers: Handlers): Server {
  const limits = { requestTimeout: 30_000, headersTimeout: 5_000, keepAliveTimeout: 30_000, maxHeaderSize: 16 * 1024 }
  // Whoever names no host is the guard's to refuse, as whoever names a wrong one.
  const server = createServer({ ...limits, requireHostHeader: false }, (request, response) => {
    answer(request, response, door, handlers).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else sendProblem(response, asProblem(error))
    })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const verdict = judge(describe(request, true), door)
    if ('status' in verdict) socket.end(problemText(new HubProblem(verdict.status, verdict.reason)))
    else if (verdict.role !== null) handlers.socket(request, socket, head, verdict.role)
  })
  return server
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  handlers: Handlers,
): Promise<void> {
  const asked = describe(request, false)
  const verdict = judge(asked, door)
  if ('status' in verdict) {
    // What is still on its way of a refused body is not read.
    if (asked.method === 'POST') response.setHeader('connection', 'close')
    const retry: Record<string, string> =
      verdict.retryAfterS === undefined ? {} : { 'retry-after': String(verdict.retryAfterS) }
    const auth: Record<string, string> = verdict.status === 401 ? { 'www-authenticate': 'Bearer realm="hub"' } : {}
    throw new HubProblem(verdict.status, verdict.reason, { ...retry, ...auth })
  }
  if (asked.path === '/v1/traces') {
    await handlers.spans(request)
    response.writeHead(200, { ...HEADERS, 'content-type': 'application/json' }).end('{}')
    return
  }
  if (verdict.role !== null) return handlers.api(request, response, verdict.role, urlOf(request))
  const file = handlers.file(asked.path)
  if (file === null) throw new HubProblem(404, 'There is no such file.')
  response.writeHead(200, { ...HEADERS, 'content-type': file.type, 'content-length': file.bytes.length })
  response.end(asked.method === 'HEAD' ? undefined : file.bytes)
}

/** A target that is no path (`//x`, a whole URL) must not choose another host for itself. */
function urlOf({ url = '/' }: IncomingMessage): URL {
  const path = url.startsWith('/') ? url.replace(/^\/+/, '/') : '/'
  return URL.canParse(path, 'http://hub') ? new URL(path, 'http://hub') : new URL('http://hub/')
}

function describe(request: IncomingMessage, isUpgrade: boolean): Asked {
  const { method = 'GET', headers, socket } = request
  const url = urlOf(request)
  const fetchSite = headers['sec-fetch-site']
  return {
    method,
    path: url.pathname,
    host: headers.host,
    origin: headers.origin,
    fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined,
    contentType: headers['content-type'],
    authorization: headers.authorization,
    ticket: url.searchParams.get('ticket') ?? undefined,
    address: socket.remoteAddress ?? '',
    isUpgrade,
  }
}
