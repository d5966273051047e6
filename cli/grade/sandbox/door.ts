import { chown } from 'node:fs/promises'
import net from 'node:net'

/** A socket in the file system that leads to a port of this machine: the way of a sandbox to its broker, and to nothing else. */
export interface Door {
  close(): void
}

export interface PassageOptions {
  readonly port: number
  /** Told how many bytes more went out; closes all connections when it returns false. */
  readonly onSent?: (bytes: number) => boolean
}

export interface DoorOptions extends PassageOptions {
  readonly socket: string
  /** Who may use it; default: this user. */
  readonly uid?: number | undefined
}

/** Beyond it a connection is refused: no client opens as many. */
const MOST = 200

export async function openDoor({ socket, uid, ...options }: DoorOptions): Promise<Door> {
  const { accept, close } = passage(options)
  const server = net.createServer(accept)
  await listen(server, socket, uid)
  return {
    close: () => {
      server.close()
      close()
    },
  }
}

/** Joins connections of a sandbox, each by one of its own, to a port of this machine. */
export function passage({ port, onSent = () => true }: PassageOptions): {
  accept(inner: net.Socket): void
  close(): void
} {
  const open = new Set<net.Socket>()
  return {
    accept: (inner) => {
      if (open.size >= MOST) {
        inner.destroy()
        return
      }
      open.add(inner)
      inner.allowHalfOpen = true
      const outer = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
      inner.on('data', (bytes: Buffer) => {
        if (!onSent(bytes.length)) for (const one of open) one.destroy()
      })
      join(inner, outer)
      inner.once('close', () => open.delete(inner))
    },
    close: () => {
      for (const one of open) one.destroy()
    },
  }
}

/** Joins two connections: what breaks on one side breaks on the other; what was sent before an orderly end still gets through. */
function join(one: net.Socket, other: net.Socket): void {
  one.pipe(other).pipe(one)
  one.on('error', () => other.destroy()).on('close', () => other.destroySoon())
  other.on('error', () => one.destroy()).on('close', () => one.destroySoon())
}

export async function listen(server: net.Server, socket: string, uid: number | undefined): Promise<void> {
  server.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, () => resolve())
  })
  server.unref()
  if (uid !== undefined) await chown(socket, uid, uid)
}
