import { connect, type Socket } from 'node:net'

/** One order that was sent: when it was due, and what came of it. Times in ms since 1970, with fractions. */
export interface Sent {
  readonly plannedAt: number
  readonly status: number
  readonly orderId: string | null
}

/** So many customers at once; each waits for its answer before it sends again. */
export const CONNECTIONS = 96

export interface LoadOptions {
  readonly url: string
  /** Requests a second, at times fixed in advance: a slow answer delays no other request, and its wait counts. `max`: each connection sends its next request on the answer. */
  readonly rate: number | 'max'
  readonly seconds: number
  readonly body: () => object
  /** Further headers, a line each, each ended by \r\n. Default: none. */
  readonly headers?: () => string
  /** Ends the load at once: rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

const wallClock = (): number => performance.timeOrigin + performance.now()

interface Pending {
  readonly request: string
  readonly plannedAt: number
  readonly done: (sent: Sent) => void
  /** Sent on a connection that had been used before: the server may have hung up on it at the same moment. */
  isRisky: boolean
}

/** A keep-alive connection that carries one request at a time; written by hand because a general client would cost more CPU than the shop under test. */
class Connection {
  readonly #open: () => Socket
  readonly #head: string
  #socket: Socket
  /** The socket has brought an answer before. */
  #isUsed = false
  #pending: Pending | null = null
  #received = ''

  constructor(host: string, port: number, path: string) {
    this.#open = () => {
      const socket = connect({ host, port, noDelay: true })
      socket.setEncoding('utf8')
      socket.on('data', (text: string) => socket === this.#socket && this.#read(text))
      for (const event of ['error', 'close']) socket.on(event, () => socket === this.#socket && this.#hungUp())
      return socket
    }
    this.#socket = this.#open()
    this.#head = `POST ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nContent-Type: application/json\r\nContent-Length: `
  }

  send(body: string, headers: string, plannedAt: number, done: (sent: Sent) => void): void {
    const request = `${this.#head}${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
    // A server hangs up on whoever was silent for some seconds, as a connection is that only a burst needs.
    if (this.#socket.readyState !== 'open' && !this.#socket.connecting) this.#renew()
    this.#pending = { request, plannedAt, done, isRisky: this.#isUsed }
    this.#socket.write(request)
  }

  close(): void {
    this.#pending = null
    this.#socket.destroy()
  }

  #renew(): void {
    this.#socket = this.#open()
    this.#isUsed = false
    this.#received = ''
  }

  #hungUp(): void {
    const pending = this.#pending
    if (pending?.isRisky === true && this.#received === '') {
      pending.isRisky = false
      this.#renew()
      this.#socket.write(pending.request)
    } else this.#settle(0, null)
  }

  #read(text: string): void {
    this.#received += text
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/content-length: (\d+)/i.exec(this.#received)?.[1] ?? 0)
    const body = this.#received.slice(end + 4)
    if (Buffer.byteLength(body) < length) return
    const status = Number(this.#received.slice(9, 12))
    this.#received = ''
    this.#isUsed = true
    this.#settle(status, /"orderId":"([^"]+)"/.exec(body)?.[1] ?? null)
  }

  #settle(status: number, orderId: string | null): void {
    const pending = this.#pending
    this.#pending = null
    pending?.done({ plannedAt: pending.plannedAt, status, orderId })
  }
}

/** Posts orders for the time given and waits for the last answer (at most 30 s more). */
export const runOpenLoop = async (options: LoadOptions): Promise<Sent[]> => {
  const { hostname, port, pathname } = new URL(options.url)
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(hostname, Number(port), pathname))
  const free = [...connections]
  const sent: Sent[] = []
  const waiting: number[] = []
  const start = wallClock()
  const end = start + options.seconds * 1000
  const total = options.rate === 'max' ? Number.POSITIVE_INFINITY : Math.round(options.rate * options.seconds)
  let planned = 0

  const dispatch = (): void => {
    while (waiting.length > 0 && free.length > 0) {
      const connection = free.pop()!
      connection.send(JSON.stringify(options.body()), options.headers?.() ?? '', waiting.shift()!, (result) => {
        sent.push(result)
        free.push(connection)
        if (options.rate === 'max' && wallClock() < end) plan()
        dispatch()
      })
    }
  }
  const plan = (): void => {
    waiting.push(options.rate === 'max' ? wallClock() : start + (planned * 1000) / options.rate)
    planned += 1
  }

  if (options.rate === 'max') for (const _ of connections) plan()
  dispatch()
  await new Promise<void>((resolve, reject) => {
    const timer = setInterval(() => {
      const now = wallClock()
      if (options.rate !== 'max') while (planned < total && start + (planned * 1000) / options.rate <= now) plan()
      dispatch()
      const isOver = options.rate === 'max' ? now >= end : planned >= total
      const isAborted = options.signal?.aborted === true
      if (!isAborted && !(isOver && sent.length >= planned) && now <= end + 30_000) return
      clearInterval(timer)
      for (const connection of connections) connection.close()
      if (isAborted) reject(options.signal?.reason)
      else resolve()
    }, 1)
  })
  return sent
}
