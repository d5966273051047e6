/**
 * Runs inside a sandbox, beside one program of the student: its parent and its only way out. Nothing but Node is imported, since nothing
 * else is mounted, and it is plain JavaScript, since to strip types would cost each program 100 ms and 20 MB. What it tells the outside is only
 * ever taken for what the student's own program could have done.
 *
 * @import { Orders, Said, Told } from './orders.ts'
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'

/** @type {Orders} */
const orders = JSON.parse(process.argv[2] ?? '{}')

/**
 * @param {net.Socket} one
 * @param {net.Socket} other
 */
function join(one, other) {
  one.pipe(other).pipe(one)
  // What one side has sent before it closed still gets through.
  one.on('error', () => other.destroy()).on('close', () => other.destroySoon())
  other.on('error', () => one.destroy()).on('close', () => one.destroySoon())
}

/** @param {Orders['doors'][number]} door */
async function openDoor({ port, socket }) {
  const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (inner) => {
    join(inner, net.connect({ path: socket, allowHalfOpen: true }))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}

/**
 * The outside calls a port of the program: either a connection of its own carries it, or it was refused.
 * @param {number} id
 * @param {number} port
 * @param {(said: Said) => void} say
 */
function call(id, port, say) {
  const inner = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  /** @param {NodeJS.ErrnoException} error */
  const refuse = (error) => say({ call: id, refused: error.code ?? error.message })
  inner.once('error', refuse)
  inner.once('connect', () => {
    inner.off('error', refuse)
    const outer = net.connect({ path: orders.control, allowHalfOpen: true })
    outer.write(`${JSON.stringify({ call: id })}\n`)
    join(outer, inner)
  })
}

/**
 * All that is here, but the sandbox's own first process and this one. Looks again for what was started meanwhile.
 * @param {'SIGSTOP' | 'SIGCONT'} signal
 */
function signalAll(signal) {
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

/** @param {net.Socket} control */
function supervise(control) {
  /** @param {Said} said */
  const say = (said) => control.write(`${JSON.stringify(said)}\n`)
  const [program = '', ...args] = orders.words
  const child = spawn(program, args, { stdio: 'inherit', detached: true })
  child.once('spawn', () => say({ started: true }))
  child.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    say({ failed: error.code ?? error.message })
    control.end()
  })
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (os.constants.signals[signal ?? 'SIGKILL'] ?? 9)))
  let rest = ''
  control.on('data', (bytes) => {
    const lines = (rest + bytes.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      /** @type {Told} */
      const told = JSON.parse(line)
      if (told.act === 'call') call(told.call, told.port, say)
      else if (told.act === 'terminate') child.kill('SIGTERM')
      else signalAll(told.act === 'freeze' ? 'SIGSTOP' : 'SIGCONT')
    }
  })
}

const control = net.connect(orders.control)
control.on('error', () => process.exit(1))
control.on('close', () => process.exit(1))
await Promise.all([once(control, 'connect'), ...orders.doors.map(openDoor)])
supervise(control)
