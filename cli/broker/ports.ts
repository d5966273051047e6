import { execFile } from 'node:child_process'
import net from 'node:net'
import { promisify } from 'node:util'

const run = promisify(execFile)
const HOST = '127.0.0.1'

/** Can a server listen here, and does none answer? Both are asked: on macOS one may bind beside a server on all addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port)) && !(await answers(HOST, port, 500))
}

/** `first` or the next free one above it, leaving out `taken`. */
export async function freePortFrom(first: number, taken: readonly number[] = []): Promise<number> {
  for (let port = first; port < first + 200; port++) {
    if (!taken.includes(port) && (await isPortFree(port))) return port
  }
  throw new Error(`no free port between ${first} and ${first + 199}`)
}

/** One that the system picks. */
export async function anyFreePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, HOST, resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export function answers(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port })
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(timeoutMs, () => end(false))
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}

/** Name and pid of the program that listens on a port, as far as the system tells this user. */
export async function holderOf(port: number): Promise<string | undefined> {
  for (const [program, args, pattern] of [
    ['lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], /p(?<pid>\d+)\nc(?<name>.+)/],
    ['ss', ['-ltnpH', `sport = :${port}`], /\(\("(?<name>[^"]+)",pid=(?<pid>\d+)/],
  ] as const) {
    try {
      const { stdout } = await run(program, args, { timeout: 3_000 })
      const found = pattern.exec(stdout)?.groups
      if (found) return `${found.name} (pid ${found.pid})`
    } catch {
      // Not installed, or nothing found: ask the next.
    }
  }
  return undefined
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
