import { Agent, type IncomingMessage, request } from 'node:http'
import type { LookupFunction } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Answer } from './history.ts'
import { clip } from './json.ts'
import type { Recorder } from './recorder.ts'

export interface Request {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** How long to wait for the whole answer; default 10 s. */
  readonly deadlineMs?: number
  /** Where the body is large: what the history says of it. */
  readonly sent?: string
  /** Makes the connection, where the port is not one of this machine's own. */
  readonly dial?: ((port: number) => Promise<Duplex>) | undefined
}

type Outcome = Pick<Answer, 'status'> & Partial<Pick<Answer, 'type' | 'body' | 'location' | 'error'>>

const LONGEST_BODY = 4_000_000

/** A program that listens on `localhost` may find itself on either of the two, whichever the system names first. */
const loopback: LookupFunction = (_host, _options, found) =>
  found(null, [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ])

/**
 * One request. Never rejects: where no answer comes, `status` is 0 and `error` says why. An answer that the server gave before it had read
 * the whole body counts, as it does for a browser.
 */
export function ask(recorder: Recorder, url: string, options: Request = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, deadlineMs = 10_000, sent = clip(body ?? '', 500), dial } = options
  const at = recorder.now()
  const agent = dial === undefined ? agentTo(deadlineMs) : agentOver(dial, Number(new URL(url).port))
  return new Promise((resolve) => {
    let settled = false
    const end = (outcome: Outcome) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      agent.destroy()
      const ms = Math.round((recorder.now() - at) * 10) / 10
      const answer = { at, ms, method, url, sent, type: '', body: '', ...outcome }
      recorder.answer(answer)
      resolve(answer)
    }
    const timer = setTimeout(() => end({ status: 0, error: `no whole answer within ${deadlineMs} ms` }), deadlineMs)
    const length =
      body === undefined
        ? method === 'GET'
          ? {}
          : { 'content-length': '0' }
        : { 'content-length': `${Buffer.byteLength(body)}` }
    const outgoing = request(url, {
      method,
      agent,
      headers: { accept: '*/*', 'accept-encoding': 'identity', ...length, ...headers },
    })
    let answering = false
    outgoing.on('response', (response) => {
      answering = true
      read(response, end)
    })
    // A broken pipe while the answer is on its way is no error yet: the answer decides.
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (!answering) end({ status: 0, error: error.code ?? error.message })
    })
    outgoing.end(body)
  })
}

/** A full queue in front of a busy service makes the system knock again after a second: no reason to go to the other address. */
const agentTo = (deadlineMs: number): Agent =>
  new Agent({ keepAlive: true, lookup: loopback, autoSelectFamilyAttemptTimeout: Math.ceil(deadlineMs) })

function agentOver(dial: (port: number) => Promise<Duplex>, port: number): Agent {
  const agent = new Agent({ keepAlive: true })
  agent.createConnection = (_, made) => {
    const failed = (error: Error) => made?.(error, undefined as unknown as Duplex)
    dial(port).then((connection) => made?.(null, connection), failed)
    return undefined
  }
  return agent
}

function read(response: IncomingMessage, end: (outcome: Outcome) => void) {
  const chunks: Buffer[] = []
  let length = 0
  const finish = (error?: string) =>
    end({
      status: response.statusCode ?? 0,
      type: String(response.headers['content-type'] ?? ''),
      body: Buffer.concat(chunks).toString('utf8'),
      ...(response.headers.location === undefined ? {} : { location: response.headers.location }),
      ...(error === undefined ? {} : { error }),
    })
  response.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= LONGEST_BODY) chunks.push(chunk)
    else response.destroy()
  })
  response.on('end', () => finish())
  response.on('error', (error) => finish(error.message))
  response.on('close', () => finish('the connection was closed in the middle of the answer'))
}
