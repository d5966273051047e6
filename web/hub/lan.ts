import { randomInt } from 'node:crypto'
import QRCode from 'qrcode'
import { type Door, isSame, type Role } from './http/guard.ts'
import { listenFrom } from './http/listen.ts'
import { createDoorServer, type Handlers } from './http/server.ts'
import type { Me } from './protocol.ts'

const OPEN_MS = 3 * 3_600_000
/** Letters that nobody mistakes for another when they are read off a wall. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_LENGTH = 8

export interface LanOptions {
  /** Of this machine, in the class's network. */
  readonly address: string
  readonly port: number
  readonly handlers: Handlers
  readonly doorFor: (roleOf: (token: string) => Role | null) => Omit<Door, 'hosts'>
  /** Default: three hours. */
  readonly forMs?: number | undefined
  /** Told when its time is over. */
  readonly onOver: () => void
}

export interface Classroom {
  /** Null once it is over. */
  readonly join: Me['join']
  close(): Promise<void>
}

/**
 * A second door, on the network's side: behind it everybody is a viewer, whatever token he brings. It shuts by itself after three hours, so that no
 * forgotten view stays open.
 */
export async function openToClass({
  address,
  port,
  handlers,
  doorFor,
  onOver,
  forMs = OPEN_MS,
}: LanOptions): Promise<Classroom> {
  const code = Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  const hosts = new Set<string>()
  const door = { ...doorFor((given) => (isSame(spoken(given), code) ? 'viewer' : null)), hosts }
  const server = createDoorServer(door, handlers)
  const taken = await listenFrom(server, address, port)
  const host = `${address.includes(':') ? `[${address}]` : address}:${taken}`
  hosts.add(host)
  const url = `http://${host}/#token=${code}`
  const join = {
    url,
    code: `${code.slice(0, 4)}-${code.slice(4)}`,
    qr: await qrOf(url),
    until: Date.now() + forMs,
  }
  let open = true
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    clearTimeout(timer)
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
  }
  const timer = setTimeout(() => {
    const closed = close()
    // Not once it is closed: it waits for the sockets that are still open.
    onOver()
    void closed
  }, forMs)
  timer.unref()
  return {
    get join() {
      return open ? join : null
    },
    close,
  }
}

/** A code as it is typed: with or without the dash, in any case. */
const spoken = (given: string): string => given.replaceAll('-', '').toUpperCase()

async function qrOf(text: string): Promise<string> {
  const svg = await QRCode.toString(text, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' })
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}
