import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createFaults } from '../faults.ts'
import { createSwitches } from '../switches/switches.ts'
import { createApp } from './app.ts'
import { controlDoor } from './control.ts'

const TOKEN = 'a-token-of-some-length'

const open = async (t: TestContext, withDoor = true) => {
  const { board } = createSwitches(createFaults())
  const app = createApp({
    service: 'test',
    version: '1',
    routes: [],
    isReady: () => true,
    isAlive: () => true,
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    onError: (error) => assert.fail(String(error)),
    control: withDoor ? controlDoor(TOKEN, board) : undefined,
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/faults`
  const ask = async (method: string, path = '', body?: string, token = TOKEN) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return { ask, board }
}

test('given no token, then there is no door', async (t) => {
  const { ask } = await open(t, false)
  assert.equal((await ask('GET')).status, 404)
})

test('given another token or none, then nothing is told and nothing switched', async (t) => {
  const { ask, board } = await open(t)
  for (const token of ['', 'another-token-of-some-length', `${TOKEN}x`]) {
    assert.equal((await ask('GET', '', undefined, token)).status, 401)
    assert.equal((await ask('PUT', '/slow', '{"settings":{"ms":5}}', token)).status, 401)
  }
  assert.ok(board.states().every((state) => !state.on))
})

test('given the token, when a toggle is switched on and off, then each answer says how it stands', async (t) => {
  const { ask } = await open(t)
  const { status, body } = await ask('PUT', '/slow', '{"settings":{"ms":250},"forMs":60000}')
  assert.equal(status, 200)
  assert.deepEqual(
    { ...body, since: 0, mendsAt: 0 },
    {
      ...{ id: 'slow', on: true, settings: { ms: 250 }, injected: 0, since: 0, mendsAt: 0 },
    },
  )
  const { body: all } = await ask('GET')
  assert.equal(all.pid, process.pid)
  assert.ok((all.faults as { id: string; on: boolean }[]).some(({ id, on }) => id === 'slow' && on))
  assert.equal((await ask('DELETE', '/slow')).body.on, false)
})

for (const [path, body, status, said] of [
  ['/slow', '{', 400, /not JSON/],
  ['/slow', '[]', 400, /body/],
  ['/slow', '{"settings":{"ms":"long"}}', 400, /ms: .*number/],
  ['/slow', '{"settings":{"ms":5},"forMs":0}', 400, /forMs/],
  ['/crash', '{"settings":{"point":"nowhere"}}', 400, /point/],
  ['/nothing', '{}', 404, /no failure toggle nothing here; there are .*crash/],
] as const) {
  test(`given ${body} for ${path}, then the answer is ${status} and says why`, async (t) => {
    const { ask } = await open(t)
    const answer = await ask('PUT', path, body)
    assert.equal(answer.status, status)
    assert.match(String(answer.body.detail), said)
  })
}
