import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks a broker in Kafka's own protocol who leads and which brokers there are: an open port is not yet a broker that works.
 * Written by hand, since it must be small, need no client library's retries, and say precisely how far it came.
 */
export type Answer =
  | { readonly kind: 'ready'; readonly brokers: readonly string[]; readonly clusterId: string }
  /** It speaks Kafka but gives no metadata without a login. */
  | { readonly kind: 'locked' }
  | { readonly kind: 'silent'; readonly why: string }

const API_VERSIONS = { key: 18, version: 0 }
const METADATA = { key: 3, version: 2 }
/** Metadata's only argument: the topics wanted. An empty list asks for none (version 1 and up). */
const NO_TOPICS = Buffer.from([0, 0, 0, 0])

const HUNG_UP = 'the connection was closed'

/** `address` is host:port. */
export async function probe(address: string, timeoutMs = 2_000): Promise<Answer> {
  const at = address.lastIndexOf(':')
  const socket = net.connect({
    host: address.slice(0, at).replace(/^\[|\]$/g, ''),
    port: Number(address.slice(at + 1)),
  })
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)))
  let spoke = false
  try {
    await exchange(socket, API_VERSIONS, Buffer.alloc(0))
    spoke = true
    const { brokers, clusterId } = readCluster(await exchange(socket, METADATA, NO_TOPICS))
    return brokers.length > 0
      ? { kind: 'ready', brokers, clusterId }
      : { kind: 'silent', why: 'the cluster has no broker yet' }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return spoke && why === HUNG_UP ? { kind: 'locked' } : { kind: 'silent', why }
  } finally {
    socket.destroy()
  }
}

/**
 * Asks until the broker of this cluster is ready: another cluster's may have taken the port.
 * Undefined when it is; otherwise why not, at the deadline or when `isOver` says so.
 */
export async function untilReady(
  address: string,
  { clusterId, deadlineMs, isOver }: { clusterId: string; deadlineMs: number; isOver: () => boolean },
): Promise<string | undefined> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const answer = await probe(address, 1_000)
    if (answer.kind === 'ready' && answer.clusterId === clusterId) return undefined
    if (isOver()) return 'it ended'
    if (performance.now() > deadline)
      return answer.kind === 'silent' ? answer.why : `another cluster answers on ${address}`
    await delay(40)
  }
}

/** One request, one response: both are a length and then the message; the response starts with the correlation id. */
function exchange(
  socket: net.Socket,
  { key, version }: { key: number; version: number },
  body: Buffer,
): Promise<Buffer> {
  const client = Buffer.from('lab')
  const head = Buffer.alloc(14)
  head.writeInt32BE(10 + client.length + body.length, 0)
  head.writeInt16BE(key, 4)
  head.writeInt16BE(version, 6)
  head.writeInt32BE(key, 8)
  head.writeInt16BE(client.length, 12)
  socket.write(Buffer.concat([head, client, body]))
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 8 || received.length < 4 + received.readInt32BE(0)) return
      socket.off('data', onData)
      if (received.readInt32BE(4) === key) resolve(received.subarray(8))
      else reject(new Error('what listens there does not speak Kafka'))
    }
    socket.on('data', onData).once('error', reject)
    socket.once('close', () => reject(new Error(HUNG_UP)))
  })
}

/** Metadata v2 begins with an array of brokers (id, host, port, rack, which may be null) and the cluster's id. */
function readCluster(answer: Buffer): { brokers: string[]; clusterId: string } {
  const brokers: string[] = []
  let at = 4
  const text = () => {
    const length = answer.readInt16BE(at)
    const from = at + 2
    at = from + Math.max(0, length)
    return answer.toString('utf8', from, at)
  }
  for (let left = answer.readInt32BE(0); left > 0; left--) {
    at += 4
    const host = text()
    brokers.push(`${host}:${answer.readInt32BE(at)}`)
    at += 4
    text()
  }
  return { brokers, clusterId: text() }
}
