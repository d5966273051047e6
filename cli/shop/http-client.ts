import { Agent, request } from 'node:http'

const ANSWER_MS = 30_000

export interface Answer {
  readonly status: number
  readonly body: string
}

export interface JsonClient {
  /** Rejects when nobody answers, or not within 30 s. */
  post(path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  get(path: string): Promise<Answer>
  close(): void
}

/**
 * HTTP on a fixed number of connections that stay open; what comes while all are busy waits in line. Plain node:http: `fetch` costs
 * about twice the processor time for a request, and a load generator shares the machine with what it measures.
 */
export function createJsonClient(base: string, sockets: number): JsonClient {
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
  return {
    post: (path, body, headers = {}) => {
      const length = Buffer.byteLength(body)
      return send('POST', path, { 'content-type': 'application/json', 'content-length': length, ...headers }, body)
    },
    get: (path) => send('GET', path, {}),
    close: () => agent.destroy(),
  }
}
