import { connect } from 'node:net'

const LEAVE_GROUP = 13
const VERSION = 1

/**
 * Tells the broker that a member of a consumer group is gone, as the member itself would have done had it not been killed: its group
 * is then free at once, not after the session timeout. Resolves to false where the broker does not agree (another broker coordinates the
 * group, the listener wants a login, …): then there is nothing but to wait.
 */
export function evict(broker: string, group: string, memberId: string, deadlineMs = 2_000): Promise<boolean> {
  const colon = broker.lastIndexOf(':')
  const [host, port] = [broker.slice(0, colon).replace(/^\[|\]$/g, ''), Number(broker.slice(colon + 1))]
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    let answer: Buffer = Buffer.alloc(0)
    const end = (done: boolean) => {
      socket.destroy()
      resolve(done)
    }
    socket.setTimeout(deadlineMs, () => end(false))
    socket.on('error', () => end(false))
    socket.on('close', () => end(false))
    socket.on('connect', () => socket.write(leaveRequest(group, memberId)))
    socket.on('data', (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes])
      // size, correlation id, throttle time, error code
      if (answer.length >= 14) end(answer.readInt16BE(12) === 0)
    })
  })
}

function leaveRequest(group: string, memberId: string): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt16BE(LEAVE_GROUP, 0)
  head.writeInt16BE(VERSION, 2)
  head.writeInt32BE(1, 4)
  const body = Buffer.concat([head, text('lab-check'), text(group), text(memberId)])
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
