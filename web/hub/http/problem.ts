import type { ServerResponse } from 'node:http'
import { HEADERS } from './headers.ts'

/** An answer that says what is wrong (RFC 9457). */
export class HubProblem extends Error {
  override readonly name = 'HubProblem'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail)
    this.status = status
    this.headers = headers
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  502: 'Bad Gateway',
}

/** What a port throws with a remedy is the shop's own refusal; anything else is a fault of ours. */
export function asProblem(error: unknown): HubProblem {
  if (error instanceof HubProblem) return error
  if (error instanceof Error && 'remedy' in error && typeof error.remedy === 'string') {
    return new HubProblem(409, `${error.message} ${error.remedy}`.trim())
  }
  return new HubProblem(500, error instanceof Error ? error.message : String(error))
}

export function sendProblem(response: ServerResponse, { status, message, headers }: HubProblem): void {
  const title = TITLES[status] ?? 'Internal Server Error'
  const body = JSON.stringify({ type: 'about:blank', title, status, detail: message })
  response.writeHead(status, { ...HEADERS, ...headers, 'content-type': 'application/problem+json' }).end(body)
}

/** The same on a connection that was to become a WebSocket. */
export function problemText({ status, message }: HubProblem): string {
  const title = TITLES[status] ?? 'Internal Server Error'
  const body = JSON.stringify({ type: 'about:blank', title, status, detail: message })
  return [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
