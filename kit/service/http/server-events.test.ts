import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { ServerEvent } from './route.ts'
import { sendEvents } from './server-events.ts'

const serve = async (t: import('node:test').TestContext, events: AsyncIterable<ServerEvent>, beatMs?: number) => {
  const server = createServer((_, response) => void sendEvents(response, events, beatMs))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  t.after(() => server.closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('given events that end, when a client reads them, then it gets each whole, and the end', async (t) => {
  const url = await serve(
    t,
    (async function* () {
      yield { event: 'status', data: { status: 'PENDING', text: 'two\nlines' }, id: '1' }
      yield { event: 'status', data: { status: 'CONFIRMED' } }
    })(),
  )
  const answer = await fetch(url)
  assert.equal(answer.headers.get('content-type'), 'text/event-stream')
  assert.equal(
    await answer.text(),
    'id: 1\nevent: status\ndata: {"status":"PENDING","text":"two\\nlines"}\n\nevent: status\ndata: {"status":"CONFIRMED"}\n\n',
  )
})

test('given a stream on which nothing happens, when the client waits, then it hears that we are there; when it leaves, then the source is told', async (t) => {
  const { promise: told, resolve } = Promise.withResolvers<void>()
  const silent: AsyncIterable<ServerEvent> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: async () => {
        resolve()
        return { done: true, value: undefined }
      },
    }),
  }
  const url = await serve(t, silent, 5)
  const leave = new AbortController()
  const answer = await fetch(url, { signal: leave.signal })
  const { value } = await answer.body!.getReader().read()
  assert.match(new TextDecoder().decode(value), /^: still here/)
  leave.abort()
  await told
})
