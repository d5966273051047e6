/**
 * Runs inside a sandbox, beside one program of the student: its parent and its only way out. Nothing but Node is imported, since
 * nothing else is mounted. What it tells the outside is only ever taken for what the student's own program could have done.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'

export interface Orders {
  readonly words: readonly string[]
  /** Ports of 127.0.0.1 that lead out, and the socket behind each. */
  readonly doors: readonly { readonly port: number; readonly socket: string }[]
  /** The socket on which the outside listens for this program's supervisor. */
  readonly control: string
}

/** What the supervisor writes, one JSON object a line; a connection that carries a call starts with `{ call }`. */
export type Said = { started: true } | { failed: string } | { call: number } | { call: number; refused: string }

/** What it is told, one JSON object a line. */
export type Told =
  | { readonly act: 'terminate' | 'freeze' | 'thaw' }
  | { readonly act: 'call'; readonly call: number; readonly port: number }

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders

function join(one: net.Socket, other: net.Socket): void {
  one.pipe(other).pipe(one)
  for (const [socket, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    socket.on('error', () => peer.destroy())
    socket.on('close', () => peer.destroy())
  }
}

async function openDoors(): Promise<void> {
  for (const { port, socket } of orders.doors) {
    const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (inner) => {
      join(inner, net.connect({ path: socket, allowHalfOpen: true }))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => resolve())
    })
  }
}

/** The outside calls a port of the program: either a connection of its own carries it, or it was refused. */
function call(id: number, port: number, say: (said: Said) => void): void {
  const inner = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  const refuse = (error: NodeJS.ErrnoException) => say({ call: id, refused: error.code ?? error.message })
  inner.once('error', refuse)
  inner.once('connect', () => {
    inner.off('error', refuse)
    const outer = net.connect({ path: orders.control, allowHalfOpen: true })
    outer.write(`${JSON.stringify({ call: id })}\n`)
    join(outer, inner)
  })
}

/** All that is here, but the sandbox's own first process and this one. Looks again for what was started meanwhile. */
function signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void {
  const done = new Set([1, process.pid])
  for (let round = 0; round < 5; round++) {
    const fresh = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && !done.has(Number(name)))
    if (fresh.length === 0) return
    for (const name of fresh) {
      done.add(Number(name))
      try {
        process.kill(Number(name), signal)
      } catch {
        // It has just ended.
      }
    }
  }
}

function supervise(control: net.Socket): void {
  const say = (said: Said) => control.write(`${JSON.stringify(said)}\n`)
  const [program = '', ...args] = orders.words
  const child = spawn(program, args, { stdio: 'inherit', detached: true })
  child.once('spawn', () => say({ started: true }))
  child.once('error', (error: NodeJS.ErrnoException) => {
    say({ failed: error.code ?? error.message })
    control.end()
  })
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (os.constants.signals[signal ?? 'SIGKILL'] ?? 9)))
  let rest = ''
  control.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const told = JSON.parse(line) as Told
      if (told.act === 'call') call(told.call, told.port, say)
      else if (told.act === 'terminate') child.kill('SIGTERM')
      else signalAll(told.act === 'freeze' ? 'SIGSTOP' : 'SIGCONT')
    }
  })
}

await openDoors()
const control = net.connect(orders.control, () => supervise(control))
control.on('error', () => process.exit(1))
control.on('close', () => process.exit(1))
