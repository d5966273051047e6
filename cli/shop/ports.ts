import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/** Below the range from which systems take ports for outgoing connections, so that nothing slips in between choosing and listening. */
const FROM = 20_000
const TO = 32_000

/** True when nobody listens on the port: neither on the loopback address nor on all of them (macOS allows both at once). */
export async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port))
}

function canListen(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

const given = new Set<number>()

/** A random free port; never the same one twice in a run of this program. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM))
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
  throw new Error(`There is no free port between ${FROM} and ${TO}.`)
}

/** A port that this program keeps for a service of its shop, also while the service is down. */
export interface Claim {
  readonly port: number
  release(): void
}

/**
 * The wanted port, or a free one when somebody listens there or another lab has claimed it: of two shops that start at once, or
 * while a service is paused, neither takes the other's. The sign of a claim is a UDP socket of the same number: no service of a shop
 * wants it, and the system takes it away with the program.
 */
export async function claimPort(wanted: number | undefined): Promise<Claim> {
  if (wanted !== undefined) {
    const claim = await claimOf(wanted)
    if (claim !== undefined && (await isFree(wanted))) return claim
    claim?.release()
  }
  return { port: await freePort(), release: () => {} }
}

function claimOf(port: number): Promise<Claim | undefined> {
  return new Promise((resolve) => {
    const sign = createSocket('udp4')
    sign.unref()
    sign.once('error', () => {
      sign.close()
      resolve(undefined)
    })
    sign.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve({ port, release: () => sign.close() }))
  })
}
