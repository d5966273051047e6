import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type Connection, openLink, Refused, type SocketLike } from './socket.ts'

function bench(open?: () => Promise<SocketLike>) {
  const sockets: (SocketLike & { sent: unknown[]; closed: boolean })[] = []
  const states: Connection[] = []
  const heard: number[] = []
  const timers: { at: number; then: () => void }[] = []
  let now = 0
  const socket = () => {
    const made = {
      sent: [] as unknown[],
      closed: false,
      onopen: null,
      onmessage: null,
      onclose: null as (() => void) | null,
      send: (text: string) => void made.sent.push(JSON.parse(text)),
      close: () => {
        made.closed = true
        made.onclose?.()
      },
    }
    sockets.push(made)
    return made
  }
  const link = openLink({
    open: open ?? (async () => socket()),
    onMessage: (message) => void heard.push(message.n),
    onState: (state) => void states.push(state),
    clock: {
      now: () => now,
      after(ms, then) {
        const timer = { at: now + ms, then }
        timers.push(timer)
        return () => void timers.splice(timers.indexOf(timer) >>> 0, 1)
      },
    },
  })
  const pass = async (ms: number) => {
    now += ms
    for (const timer of timers.filter(({ at }) => at <= now)) {
      timers.splice(timers.indexOf(timer), 1)
      timer.then()
    }
    await turn()
  }
  return { link, sockets, states, heard, pass }
}

test('given an open socket, when messages come, then each is handed on and acknowledged', async () => {
  const { sockets, heard, link } = bench()
  await turn()
  sockets[0]!.onopen?.()
  sockets[0]!.onmessage?.({ data: '{"t":"frame","n":7,"at":1,"total":0}' })
  link.want(false, 'o-1')
  assert.deepEqual(heard, [7])
  assert.deepEqual(sockets[0]!.sent, [
    { t: 'want', samples: true, follow: null },
    { t: 'ack', n: 7 },
    { t: 'want', samples: false, follow: 'o-1' },
  ])
})

test('given a socket that closes, when time passes, then it waits longer each time and says again what it wants', async () => {
  const { sockets, states, pass, link } = bench()
  link.want(true, 'o-2')
  await turn()
  sockets[0]!.onclose?.()
  await pass(250)
  sockets[1]!.onclose?.()
  await pass(250)
  assert.equal(sockets.length, 2, 'the second wait is longer')
  await pass(250)
  sockets[2]!.onopen?.()
  assert.deepEqual(sockets[2]!.sent, [{ t: 'want', samples: true, follow: 'o-2' }])
  assert.equal(states.at(-1)?.state, 'open')
})

test('given a hub that falls silent, when twelve seconds pass, then the socket is closed and opened anew', async () => {
  const { sockets, pass } = bench()
  await turn()
  sockets[0]!.onopen?.()
  await pass(12_000)
  assert.equal(sockets[0]!.closed, true)
  await pass(250)
  assert.equal(sockets.length, 2)
})

test('given a refusal, then it says why and tries no more', async () => {
  const { states, pass } = bench(async () => {
    throw new Refused('This link is no longer valid.')
  })
  await turn()
  await pass(60_000)
  assert.deepEqual(states, [{ state: 'connecting' }, { state: 'refused', reason: 'This link is no longer valid.' }])
})
