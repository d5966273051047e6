import { Agent, request } from 'node:http'

const ANSWER_MS = 30_000

export interface Answer {
  readonly status: number
  readonly body: string
}

/** Headers that every request needs, such as a token. */
export type Authorize = () => Promise<Readonly<Record<string, string>>>

export interface JsonClient {
  /** Rejects when nobody answers, or not within 30 s. */
  post(path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  get(path: string): Promise<Answer>
  close(): void
}

/**
 * HTTP on a fixed number of connections that stay open; what comes while all are busy waits in line. Plain node:http: `fetch` costs
 * about twice the processor time for a request, and a load generator shares the machine with what it measures. `authorize`: asked before each request.
 */
export function createJsonClient(base: string, sockets: number, authorize?: Authorize): JsonClient {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets, scheduling: 'fifo' })
  const { hostname, port } = new URL(base)
  const send = (method: string, path: string, headers: Readonly<Record<string, string | number>>, body?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const sent = request({ agent, hostname, port, method, path, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
        response.once('error', reject)
      })
      sent.setTimeout(ANSWER_MS, () => sent.destroy(new Error(`no answer within ${ANSWER_MS} ms`)))
      sent.once('error', reject)
      sent.end(body)
    })
  const sendAuthorized: typeof send = async (method, path, headers, body) =>
    send(method, path, { ...headers, ...(await authorize?.()) }, body)
  const ask = authorize === undefined ? send : sendAuthorized
  return {
    post: (path, body, headers = {}) => {
      const length = Buffer.byteLength(body)
      return ask('POST', path, { 'content-type': 'application/json', 'content-length': length, ...headers }, body)
    },
    get: (path) => ask('GET', path, {}),
    close: () => agent.destroy(),
  }
}
