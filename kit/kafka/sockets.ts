import net from 'node:net'
import tls from 'node:tls'
import type { ISocketFactory } from 'kafkajs'

const KEEP_ALIVE_MS = 60_000
const CUT = 'connection cut by this program'

/** The sockets of one kafkajs client, so that a client that does not want to end can be ended. */
export interface Sockets {
  readonly open: ISocketFactory
  /** Cuts every connection, fails what waits on it, and refuses new ones. */
  destroy(): void
}

/**
 * Nagle's algorithm is off: a commit beside a fetch would otherwise wait for the broker's delayed ACK, up to 40 ms.
 */
export function createSockets(): Sockets {
  const alive = new Set<net.Socket>()
  let destroyed = false
  return {
    open: ({ host, port, ssl, onConnect }) => {
      if (destroyed) throw new Error('this client was closed')
      const socket = ssl
        ? tls.connect({ host, port, ...(net.isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
        : net.connect({ host, port }, onConnect)
      alive.add(socket.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true))
      return socket.once('close', () => alive.delete(socket))
    },
    destroy: () => {
      destroyed = true
      // With an error, because kafkajs fails its waiting requests on 'error' and 'end', never on 'close'.
      for (const socket of alive) socket.destroy(socket.writableEnded ? undefined : new Error(CUT))
    },
  }
}
