import net from 'node:net'

/**
 * A TCP proxy before a broker, for tests: `pass`; `cut` (connections break, new ones too); `freeze` (nothing moves, nothing
 * breaks); `mute` (requests reach the broker, answers are lost).
 */
export interface BrokerProxy {
  readonly address: string
  mode(mode: Mode): void
  /** What has come from clients so far; a request is what arrived in one piece. */
  sent(): { readonly requests: number; readonly bytes: number }
  close(): Promise<void>
}

type Mode = 'pass' | 'cut' | 'freeze' | 'mute'

export async function startProxy(target: string): Promise<BrokerProxy> {
  const [host, port] = target.split(':') as [string, string]
  const pairs = new Set<readonly [net.Socket, net.Socket]>()
  let mode: Mode = 'pass'
  let own = 0
  let [requests, received] = [0, 0]
  const server = net.createServer((inner) => {
    if (mode === 'cut') return void inner.destroy()
    const outer = net.connect(Number(port), host)
    const pair = [inner, outer] as const
    pairs.add(pair)
    const end = (): void => {
      pairs.delete(pair)
      inner.destroy()
      outer.destroy()
    }
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end)
    inner.on('data', (bytes: Buffer) => {
      requests += 1
      received += bytes.length
      if (mode !== 'freeze') outer.write(bytes)
    })
    outer.on('data', (bytes: Buffer) => mode === 'pass' && inner.write(readdress(bytes, host, Number(port), own)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  own = (server.address() as net.AddressInfo).port
  const breakAll = (): void => {
    for (const pair of [...pairs]) for (const socket of pair) socket.destroy()
  }
  return {
    address: `${host}:${own}`,
    mode: (next) => {
      mode = next
      if (next === 'cut') breakAll()
    },
    sent: () => ({ requests, bytes: received }),
    close: () => {
      breakAll()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Brokers tell their own address in answers (host, then port in four bytes); the client has to come back through here. */
function readdress(bytes: Buffer, host: string, port: number, own: number): Buffer {
  const told = Buffer.alloc(host.length + 4)
  told.write(host)
  told.writeInt32BE(port, host.length)
  for (let at = bytes.indexOf(told); at >= 0; at = bytes.indexOf(told, at + told.length))
    bytes.writeInt32BE(own, at + host.length)
  return bytes
}
