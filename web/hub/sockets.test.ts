/** Pages on real sockets; only the clock is ours, so that fifty milliseconds pass when we say so. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { WebSocket } from 'ws'
import { until } from '../../kit/kafka/scratch.ts'
import { createState, eventOf } from './core/shop.fixture.ts'
import type { Frame, FromHub } from './protocol.ts'
import { Sockets } from './sockets.ts'

async function hall(t: TestContext) {
  const state = createState()
  const sockets = new Sockets(state, 'run-1')
  const server = createServer()
  let now = 1_000
  server.on('upgrade', (request, socket, head) => sockets.accept(request, socket, head, 'viewer', now))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    await sockets.close()
    server.close()
  })
  const join = async (answers = true) => {
    const heard: FromHub[] = []
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as FromHub
      heard.push(message)
      if (answers) socket.send(JSON.stringify({ t: 'ack', n: message.n }))
    })
    const count = state.viewers.value
    await once(socket, 'open')
    await until(() => state.viewers.value === count + 1, 'the page at the hub')
    const frames = () => heard.filter((message): message is Frame => message.t === 'frame')
    return { socket, heard, frames, snapshots: () => heard.length - frames().length }
  }
  /** An event, and the frame about it. */
  const tick = (topic = 'placed', orderId?: string): void => {
    state.addRecord(eventOf(topic, orderId === undefined ? {} : { orderId }), now)
    now += 50
    sockets.tick(now)
  }
  return { state, join, tick, skip: (ms: number) => (now += ms) }
}

test('given a page that joins, then it hears a snapshot first, then frames', async (t) => {
  const { join, tick } = await hall(t)
  const page = await join()
  tick()
  await until(() => page.heard.length === 1, 'the snapshot')
  assert.equal(page.heard[0]?.t, 'snapshot')
  await until(() => {
    tick()
    return page.frames().length > 0
  }, 'a frame')
})

test('given a page that answers nothing, then it gets twenty messages and no more, and is closed after ten seconds', async (t) => {
  const { join, tick, skip } = await hall(t)
  const page = await join(false)
  const closed = once(page.socket, 'close')
  for (let n = 0; n < 100; n++) tick()
  await until(() => page.heard.length === 20, 'twenty messages')
  skip(10_000)
  tick()
  await closed
  assert.equal(page.heard.length, 20)
})

test('given a page that was behind, when it answers at last, then a snapshot makes up for what it missed', async (t) => {
  const { join, tick, state } = await hall(t)
  const page = await join(false)
  for (let n = 0; n < 60; n++) tick('placed', `o-${n}`)
  await until(() => page.heard.length === 20, 'twenty messages')
  page.socket.send(JSON.stringify({ t: 'ack', n: page.heard.at(-1)?.n }))
  await until(() => {
    tick('paid')
    return page.snapshots() === 2
  }, 'the second snapshot')
  const last = page.heard.findLast((message) => message.t === 'snapshot')
  assert.deepEqual(last?.counts['till>placed'], { pending: 60 })
  assert.equal(state.records.last > 60, true)
})

test('given a hidden tab, then it gets totals alone; when it is back, then a snapshot', async (t) => {
  const { join, tick } = await hall(t)
  const page = await join()
  tick()
  await until(() => page.heard.length === 1, 'the snapshot')
  page.socket.send(JSON.stringify({ t: 'want', samples: false, follow: null }))
  await until(() => {
    tick()
    return page.frames().some(({ dots, total }) => dots === undefined && total > 0)
  }, 'a frame without dots')
  page.socket.send(JSON.stringify({ t: 'want', samples: true, follow: null }))
  await until(() => {
    tick()
    return page.snapshots() === 2
  }, 'a snapshot')
})

test('given two pages, when one of them leaves, then the other goes on and both are counted', async (t) => {
  const { join, tick, state } = await hall(t)
  const [stays, leaves] = [await join(), await join()]
  assert.equal(state.viewers.value, 2)
  tick()
  await until(() => stays.heard.length + leaves.heard.length === 2, 'two snapshots')
  leaves.socket.terminate()
  await until(() => state.viewers.value === 1, 'one page')
  await until(() => {
    tick()
    return stays.frames().some(({ viewers }) => viewers === 1)
  }, 'the number of pages in a frame')
})

for (const [what, words] of [
  ['no JSON', 'hello'],
  ['an order', '{"t":"order"}'],
  ['an acknowledgement of nothing', '{"t":"ack"}'],
] as const)
  test(`given a page that says ${what}, then it is shown out`, async (t) => {
    const page = await (await hall(t)).join()
    page.socket.send(words)
    const [code] = (await once(page.socket, 'close')) as [number]
    assert.equal(code, 1008)
  })

test('given a page that talks without end, or says too much at once, then it is shown out', async (t) => {
  const { join } = await hall(t)
  const [endless, large] = [await join(), await join()]
  const ends = Promise.all([once(endless.socket, 'close'), once(large.socket, 'close')])
  for (let n = 0; n < 500; n++) endless.socket.send('{"t":"ack","n":1}')
  large.socket.send(JSON.stringify({ t: 'want', samples: true, follow: 'x'.repeat(70_000) }))
  const [[first], [second]] = (await ends) as [[number], [number]]
  assert.deepEqual([first, second], [1008, 1009])
})
