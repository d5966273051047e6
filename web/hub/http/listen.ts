import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const TRIES = 100

/** Listens on the port, or on the next one above it that nobody has. 0: any. Throws the system's error where the address is not ours. */
export async function listenFrom(server: Server, host: string, first: number): Promise<number> {
  for (let port = first; ; port++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port, exclusive: true }, () => {
          server.off('error', reject)
          resolve()
        })
      })
      return (server.address() as AddressInfo).port
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port >= first + TRIES) throw error
    }
  }
}
