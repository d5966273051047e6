import { createServer } from 'node:net'

/** Below the range from which systems take ports for outgoing connections, so that nothing slips in between. */
const FROM = 20_000
const TO = 32_000

const given = new Set<number>()

/** A random port that nobody listens on, on any address. Never the same one twice in a run. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM))
    if (given.has(port)) continue
    if ((await canListen(port, '127.0.0.1')) && (await canListen(port))) {
      given.add(port)
      return port
    }
  }
  throw new Error(`no free port between ${FROM} and ${TO}`)
}

function canListen(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
