import net from 'node:net'
import type { Duplex } from 'node:stream'
import { type DoorOptions, listen } from './door.ts'
import type { Said, Told } from './orders.ts'
import { refused } from './trouble.ts'

/** What is said to a program in its box. */
export interface Control {
  /** Resolves when the program runs, or to `died` when its box could not be made; rejects with `code: 'ENOENT'` and the like when it cannot be started. */
  readonly started: Promise<'started' | 'died'>
  tell(act: 'terminate' | 'freeze' | 'thaw'): void
  dial(port: number): Promise<Duplex>
}

export interface SupervisorControl extends Control {
  /** No call is answered any more. */
  close(): void
}

interface Call {
  readonly made: (connection: Duplex) => void
  readonly failed: (error: Error) => void
}

const LONGEST_LINE = 4_096
const MOST_CONNECTIONS = 100

/**
 * Listens for the supervisor of one program: everything that comes in may have been written by the program itself. Its first connection is
 * the control line; calls to the program's ports come in as connections of their own, made from inside: the kit never opens a path that the program could have swapped.
 */
export async function openControl(at: Pick<DoorOptions, 'socket' | 'uid'>): Promise<SupervisorControl> {
  const supervisor = new Supervisor()
  const server = net.createServer({ allowHalfOpen: true }, (socket) => supervisor.accept(socket))
  await listen(server, at.socket, at.uid)
  return {
    started: supervisor.started,
    tell: (act) => supervisor.tell({ act }),
    dial: (port) => supervisor.dial(port),
    close: () => {
      server.close()
      supervisor.close()
    },
  }
}

class Supervisor {
  readonly started: Promise<'started'>
  readonly #calls = new Map<number, Call>()
  readonly #open = new Set<net.Socket>()
  #line: net.Socket | undefined
  #count = 0
  #closed = false
  #start: Omit<Call, 'made'> & { made: () => void } = { made: () => {}, failed: () => {} }

  constructor() {
    this.started = new Promise((made, failed) => {
      this.#start = { made: () => made('started'), failed }
    })
    this.started.catch(() => {})
  }

  accept(socket: net.Socket): void {
    socket.on('error', () => {})
    if (this.#closed || this.#open.size >= MOST_CONNECTIONS) {
      socket.destroy()
      return
    }
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
    if (this.#line === undefined) {
      this.#line = socket
      this.#listen(socket)
    } else this.#takeCall(socket)
  }

  tell(told: Told): void {
    this.#line?.write(`${JSON.stringify(told)}\n`)
  }

  dial(port: number): Promise<Duplex> {
    const id = ++this.#count
    return new Promise((made, failed) => {
      if (this.#closed) return failed(refused('ECONNREFUSED', port))
      this.#calls.set(id, { made, failed })
      this.tell({ act: 'call', call: id, port })
    })
  }

  close(): void {
    this.#closed = true
    for (const [, { failed }] of this.#calls) failed(refused('ECONNREFUSED'))
    this.#calls.clear()
    // Calls under way end with the program; an answer that it gave at its end may still be read.
    this.#line?.destroy()
  }

  #listen(socket: net.Socket): void {
    let rest = ''
    socket.on('data', (bytes: Buffer) => {
      const lines = (rest + bytes.toString('utf8')).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > LONGEST_LINE) socket.destroy()
      for (const line of lines) this.#hear(parse(line))
    })
  }

  #hear(said: Partial<Record<string, unknown>>): void {
    if (said.started === true) this.#start.made()
    if (typeof said.failed === 'string') this.#start.failed(refused(code(said.failed)))
    if (typeof said.call !== 'number' || typeof said.refused !== 'string') return
    this.#calls.get(said.call)?.failed(refused(code(said.refused)))
    this.#calls.delete(said.call)
  }

  /** Its first line names the call; what comes behind it is the program's. */
  #takeCall(socket: net.Socket): void {
    let head = Buffer.alloc(0)
    const read = () => {
      const bytes = socket.read() as Buffer | null
      if (bytes === null) return
      head = Buffer.concat([head, bytes])
      const end = head.indexOf(10)
      if (end === -1) {
        if (head.length > LONGEST_LINE) socket.destroy()
        return
      }
      socket.off('readable', read)
      const { call } = parse(head.toString('utf8', 0, end))
      const waiting = typeof call === 'number' ? this.#calls.get(call) : undefined
      if (waiting === undefined) {
        socket.destroy()
        return
      }
      this.#calls.delete(call as number)
      if (head.length > end + 1) socket.unshift(head.subarray(end + 1))
      waiting.made(socket)
    }
    socket.on('readable', read)
  }
}

function parse(line: string): Partial<Record<keyof Said | string, unknown>> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** A name that a system gives to an error, or nothing that it could be taken for. */
const code = (text: string) => (/^E[A-Z0-9]{2,20}$/.test(text) ? text : 'EIO')
