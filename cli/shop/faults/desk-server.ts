import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { bears } from '../../../kit/service/http/control.ts'
import { LabError, wrongUsage } from '../../command.ts'
import type { FaultDesk } from './fault-desk.ts'

/** What an answer that is no good says; a LabError in JSON. */
export interface DeskRefusal {
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string; readonly exit: number }
}

export interface DeskServer {
  /** http://127.0.0.1:<port> */
  readonly url: string
  close(): Promise<void>
}

const MOST_BYTES = 16_384

/**
 * Lets other programs of this machine work a desk, given the token: `GET /` lists, `POST /inject {id, settings}`, `POST /mend {id}`, and
 * `GET /changes` tells each change in a line of JSON until the caller hangs up.
 */
export const serveDesk = async (desk: FaultDesk, token: string): Promise<DeskServer> => {
  const mayEnter = bears(token)
  const server = createServer((request, response) => {
    const refused = mayEnter(request.headers.authorization)
      ? null
      : new LabError('token', 'The token of .lab/desk.json is needed.', '')
    void (refused === null ? answer(desk, request, response) : Promise.reject(refused)).catch((error: unknown) =>
      refuse(response, refused === null ? 409 : 401, error),
    )
  })
  server.listen(0, '127.0.0.1')
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject))
  server.unref()
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

const answer = async (desk: FaultDesk, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  switch (`${request.method} ${request.url}`) {
    case 'GET /':
      return send(response, 200, await desk.list())
    case 'GET /changes':
      return stream(desk, response)
    case 'POST /inject': {
      const { id, settings } = await bodyOf(request)
      return send(response, 200, await desk.inject(String(id), settings))
    }
    case 'POST /mend':
      return send(response, 200, await desk.mend(String((await bodyOf(request)).id)).then(() => ({})))
    default:
      throw wrongUsage('The desk does not know this request.', '')
  }
}

const bodyOf = async (request: IncomingMessage): Promise<{ id?: unknown; settings?: unknown }> => {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) throw wrongUsage('The request is too large.', '')
  const body: unknown = JSON.parse((await text(request)) || '{}')
  if (typeof body === 'object' && body !== null) return body
  throw wrongUsage('The request is no JSON object.', '')
}

const stream = (desk: FaultDesk, response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders()
  const stop = desk.onChange((state) => response.write(`${JSON.stringify(state)}\n`))
  response.once('close', stop)
}

const send = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const refuse = (response: ServerResponse, status: number, error: unknown): void => {
  const known = error instanceof LabError ? error : new LabError('fault', String(error), '')
  const { code, message, remedy, exit } = known
  if (!response.headersSent) send(response, status, { error: { code, message, remedy, exit } } satisfies DeskRefusal)
}
