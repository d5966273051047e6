import { type ChildProcess, spawn } from 'node:child_process'
import type net from 'node:net'
import path from 'node:path'
import type { Duplex } from 'node:stream'
import { SMALL_NODE } from './small-node.ts'
import { notMade, refused } from './trouble.ts'

/** The words between a gate (`gate.mjs`) and the kit. A handle comes along with what is not refused. */
export interface Asked {
  readonly act: 'listen' | 'dial'
  readonly id: number
  readonly port: number
}
export type Given = { readonly id: 0; readonly pid: number } | { readonly id: number; readonly failed?: string }

/** A network of its own for one program at a time, which leads nowhere but through us. */
export interface Gate {
  /** The first words of a command line that runs in there. */
  readonly enter: readonly string[]
  /** Whoever connects to this port of 127.0.0.1 in there comes out here. Rejects with the system's error. */
  listen(port: number): Promise<net.Server>
  /** A connection to a port on which the program in there listens. Rejects with the system's error. */
  dial(port: number): Promise<Duplex>
  /** It can be given to another program. */
  readonly isOpen: boolean
  close(): void
}

const PROGRAM = path.join(import.meta.dirname, 'gate.mjs')
const DEADLINE_MS = 20_000

type Handle = net.Server | net.Socket

interface Question {
  readonly made: (handle: Handle) => void
  readonly failed: (error: Error) => void
}

/** Bubblewrap makes the network, since a new one has not even its loopback up, and leaves everything else as it is: the program is ours. */
export async function openGate(): Promise<Gate> {
  const own = process.getuid?.() === 0 ? [] : ['--unshare-user']
  const words = [...own, '--unshare-net', '--die-with-parent', '--cap-drop', 'ALL', '--dev-bind', '/', '/', '--']
  const child = spawn('bwrap', [...words, process.execPath, ...SMALL_NODE, PROGRAM], {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const asking = new Asking(child)
  const pid = await asking.ready
  const spaces = own.length === 0 ? [] : ['--preserve-credentials', `--user=/proc/${pid}/ns/user`]
  return {
    enter: ['nsenter', ...spaces, `--net=/proc/${pid}/ns/net`, '--'],
    listen: (port) => asking.ask<net.Server>('listen', port),
    dial: (port) => asking.ask<net.Socket>('dial', port),
    get isOpen() {
      return asking.isOpen
    },
    close: () => void child.kill('SIGKILL'),
  }
}

class Asking {
  /** Its process id. */
  readonly ready: Promise<number>
  readonly #child: ChildProcess
  readonly #questions = new Map<number, Question>()
  #count = 0
  #isOpen = true

  constructor(child: ChildProcess) {
    this.#child = child
    let words = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-400)
    })
    this.ready = new Promise((resolve, reject) => {
      const fail = (why: string) => {
        reject(notMade(`its network: ${why}`))
        this.#end()
      }
      const late = setTimeout(() => fail(`nothing for ${DEADLINE_MS / 1000} s`), DEADLINE_MS)
      child.once('error', (error) => fail(error.message))
      child.once('close', (code, signal) => fail(`${code ?? signal} ${words.trim()}`))
      child.on('message', (given: Given, handle: Handle | undefined) => {
        if ('pid' in given) {
          clearTimeout(late)
          resolve(given.pid)
        } else this.#hear(given, handle)
      })
    })
    this.ready.catch(() => child.kill('SIGKILL'))
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  ask<T extends Handle>(act: Asked['act'], port: number): Promise<T> {
    const id = ++this.#count
    return new Promise((made, failed) => {
      if (!this.#isOpen) return failed(refused('ECONNREFUSED', port))
      this.#questions.set(id, { made: made as Question['made'], failed })
      this.#child.send({ act, id, port } satisfies Asked, (error) => error && this.#end())
    })
  }

  #hear(given: { readonly id: number; readonly failed?: string }, handle: Handle | undefined): void {
    const question = this.#questions.get(given.id)
    this.#questions.delete(given.id)
    if (handle === undefined) question?.failed(refused(given.failed ?? 'EIO'))
    else question?.made(handle)
  }

  #end(): void {
    this.#isOpen = false
    for (const { failed } of this.#questions.values()) failed(refused('ECONNREFUSED'))
    this.#questions.clear()
  }
}
