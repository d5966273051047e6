import { createServer, type RequestListener, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpSettings } from './settings.ts'

/** Idle connections are kept longer than clients and proxies keep theirs: whoever closes first must not be we, while a request is on its way. */
const limits = { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 65_000 }

export interface Served {
  readonly port: number
  /** Takes no new connection and lets go of idle ones; resolves when the last request was answered. */
  drain(): Promise<void>
  /** Ends what is left, at once. */
  close(): Promise<void>
}

/** Serves HTTP where the settings say. Rejects when another program has the port. */
export const serve = async (
  app: RequestListener,
  { HOST, PORT }: Pick<HttpSettings, 'HOST' | 'PORT'>,
  more: ServerOptions = {},
): Promise<Served> => {
  const server = createServer({ ...limits, ...more }, app)
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`PORT=${PORT}: another program listens there`) : error),
    )
    server.listen(PORT, HOST, () => resolve((server.address() as AddressInfo).port))
  })
  let closed: Promise<void> | undefined
  const stopTaking = (): Promise<void> => {
    closed ??= new Promise((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    return closed
  }
  return {
    port,
    drain: stopTaking,
    close: async () => {
      const done = stopTaking()
      server.closeAllConnections()
      await done
    },
  }
}
