import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { type Door, isSame, type Role, Visitors } from './http/guard.ts'
import { listenFrom } from './http/listen.ts'
import { createDoorServer, type Handlers } from './http/server.ts'
import type { Tickets } from './http/tickets.ts'
import { type Classroom, openToClass } from './lan.ts'
import type { HubOptions } from './ports.ts'
import type { Me } from './protocol.ts'

export interface Doors {
  readonly port: number
  /** The presenter's. */
  readonly token: string
  /** How phones join; null without a class, and once its time is over. */
  readonly join: () => Me['join']
  close(): Promise<void>
}

/** 256 bits, for an address. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/**
 * The presenter's door, on the loopback address alone, and the class's, where one is wished for. Control goes through the first only: on the network's
 * side the presenter's token is as wrong as any other.
 */
export async function openDoors(
  options: HubOptions,
  handlers: Handlers,
  tickets: Tickets,
  onOver: () => void,
): Promise<Doors> {
  const token = options.token ?? newToken()
  const now = Date.now
  const doorFor = (isLoopback: boolean, roleOf: (token: string) => Role | null): Omit<Door, 'hosts'> => ({
    ...{ isLoopback, roleOf, now },
    takeTicket: (ticket) => {
      const role = tickets.take(ticket, now())
      return role === (isLoopback ? 'presenter' : 'viewer') ? role : null
    },
    visitors: new Visitors(),
  })
  const hosts = new Set<string>()
  const roleOf = (given: string): Role | null => (isSame(given, token) ? 'presenter' : null)
  const server = createDoorServer({ ...doorFor(true, roleOf), hosts }, handlers)
  const port = await listenFrom(server, '127.0.0.1', options.port)
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) hosts.add(`${host}:${port}`)
  let classroom: Classroom | null = null
  try {
    if (options.lan !== undefined) {
      const forClass = { address: options.lan, port, handlers, forMs: options.lanForMs, onOver }
      classroom = await openToClass({ ...forClass, doorFor: (role) => doorFor(false, role) })
    }
  } catch (error) {
    await closeServer(server)
    throw error
  }
  return {
    ...{ port, token },
    join: () => classroom?.join ?? null,
    close: async () => {
      await Promise.all([closeServer(server), classroom?.close()])
    },
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
