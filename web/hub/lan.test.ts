/** The class's door: what a phone may see, and what it may not do. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import QRCode from 'qrcode'
import { until } from '../../kit/kafka/scratch.ts'
import { Visitors } from './http/guard.ts'
import type { Handlers } from './http/server.ts'
import { ask, type HubWish, hubWithoutShop, knock, tokenOf, tuneIn } from './hub.fixture.ts'
import { openToClass } from './lan.ts'
import type { AuditEntry } from './ports.ts'
import { DEEDS, type Recording } from './protocol.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

async function classroom(t: TestContext, options: HubWish = {}) {
  const hub = await hubWithoutShop(t, { lan: '127.0.0.1', ...options })
  assert.ok(hub.lan !== null)
  const { port, hash } = new URL(hub.lan.url)
  const code = hash.replace('#token=', '')
  const call = (door: number, key: string, method: string, path: string, body?: unknown) =>
    ask(
      door,
      method,
      path,
      { ...JSON_TYPE, authorization: `Bearer ${key}` },
      body === undefined ? undefined : JSON.stringify(body),
    )
  return {
    hub,
    code,
    port: Number(port),
    phone: (method: string, path: string, body?: unknown, key = code) => call(Number(port), key, method, path, body),
    presenter: (method: string, path: string, body?: unknown) => call(hub.port, tokenOf(hub), method, path, body),
  }
}

test('given the code, with or without its dash, when a phone asks, then it is a viewer that sees everything', async (t) => {
  const { phone, hub, code } = await classroom(t)
  assert.deepEqual(JSON.parse((await phone('GET', '/api/me')).body), {
    role: 'viewer',
    version: 1,
    shop: 'reference',
    join: null,
  })
  for (const path of ['/api/sagas', '/api/faults', '/api/dead-letters', '/api/recording']) {
    assert.equal((await phone('GET', path)).status, 200, path)
  }
  assert.equal(hub.lan?.code, `${code.slice(0, 4)}-${code.slice(4)}`)
  assert.equal((await phone('GET', '/api/me', undefined, hub.lan?.code.toLowerCase())).status, 200)
})

test('given a phone, when it tries to change anything, then it may not, and nothing is tried', async (t) => {
  let placed = 0
  const placeOrder = async () => ({ status: 202, orderId: `o-${++placed}` })
  const { phone } = await classroom(t, { ports: { placeOrder } })
  const letters = [{ topic: 'placed-dlq', partition: 0, offset: '0' }]
  const wishes: readonly (readonly [method: string, path: string, body?: unknown])[] = [
    ['POST', '/api/orders', { productId: 1, quantity: 1, amount: 1 }],
    ['POST', '/api/faults/kill', {}],
    ['DELETE', '/api/faults/all'],
    ['POST', '/api/dead-letters/replay', { letters }],
    ['POST', '/api/scale', { service: 'bank', instances: 3 }],
    ['POST', '/api/rewind', { group: 'bank-group', topic: 'placed' }],
    ['POST', '/api/lesson', { lesson: 'l', step: 0, voteOpen: true }],
    ...DEEDS.map((deed) => ['POST', `/api/deeds/${deed}`, {}] as const),
    ['POST', '/api/whatever-comes-next', {}],
  ]
  for (const [method, path, body] of wishes) assert.equal((await phone(method, path, body)).status, 403, path)
  assert.equal(placed, 0)
})

test("given the presenter's token on the network's side, then it opens nothing; nor does the class's code on the presenter's", async (t) => {
  const { phone, hub, code } = await classroom(t)
  assert.equal((await phone('GET', '/api/me', undefined, tokenOf(hub))).status, 401)
  assert.equal((await ask(hub.port, 'GET', '/api/me', { authorization: `Bearer ${code}` })).status, 401)
})

test('given the Host of the other door, or spans from the network, then they are refused', async (t) => {
  const { hub, port, code } = await classroom(t)
  assert.equal(
    (await ask(port, 'GET', '/api/me', { authorization: `Bearer ${code}`, host: `127.0.0.1:${hub.port}` })).status,
    421,
  )
  assert.equal((await ask(port, 'POST', '/v1/traces', JSON_TYPE, '{"resourceSpans":[]}')).status, 403)
})

test('given a phone, when it opens the socket, then it gets a snapshot, and is counted', async (t) => {
  const { phone, presenter, port } = await classroom(t)
  const viewers = async (): Promise<number> => {
    const { snapshot, frames }: Recording = JSON.parse((await presenter('GET', '/api/recording')).body)
    return frames.reduce((last, frame) => frame.viewers ?? last, snapshot.viewers)
  }
  assert.equal(await viewers(), 0)
  const { heard } = await tuneIn(t, port, JSON.parse((await phone('POST', '/api/ticket', {})).body).ticket)
  await until(() => heard.length > 0, 'the first message')
  const [first] = heard
  assert.ok(first?.t === 'snapshot')
  assert.deepEqual(
    first.topology.services.map(({ name }) => name),
    ['till', 'bank', 'depot'],
  )
  await until(async () => (await viewers()) === 1, 'the phone in the count')
})

test('given a ticket of one door, when it is brought to the other, then it opens nothing there', async (t) => {
  const { phone, presenter, port, hub } = await classroom(t)
  const bought = async (call: typeof phone) => JSON.parse((await call('POST', '/api/ticket', {})).body).ticket
  const at = (door: number, ticket: string) =>
    knock(door, `/ws?ticket=${ticket}`, { origin: `http://127.0.0.1:${door}` })
  assert.deepEqual([await at(port, await bought(presenter)), await at(hub.port, await bought(phone))], [401, 401])
  assert.deepEqual([await at(hub.port, await bought(presenter)), await at(port, await bought(phone))], ['open', 'open'])
})

test('given the join address, then its code to be scanned says exactly that, and holds what opens the door', async (t) => {
  const { hub, port, code } = await classroom(t)
  const { url = '', qr = '' } = hub.lan ?? {}
  assert.equal(url, `http://127.0.0.1:${port}/#token=${code}`)
  const drawn = await QRCode.toString(url, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' })
  assert.equal(Buffer.from(qr.replace('data:image/svg+xml;base64,', ''), 'base64').toString(), drawn)
})

test('given five wrong codes, then that address is locked out for a minute, also with the right one', async (t) => {
  const { phone } = await classroom(t)
  for (let n = 0; n < 5; n++) assert.equal((await phone('GET', '/api/me', undefined, `WRONG${n}23`)).status, 401)
  const { status, headers } = await phone('GET', '/api/me')
  assert.equal(status, 429)
  assert.ok(Number(headers['retry-after']) > 50)
})

test('given more requests than a hand can make, then some have to wait', async (t) => {
  const { phone } = await classroom(t)
  const answers = await Promise.all(Array.from({ length: 60 }, () => phone('GET', '/api/me')))
  assert.ok(answers.some(({ status }) => status === 429))
  assert.ok(answers.some(({ status }) => status === 200))
})

test('given a question that is open, then each phone has one vote and may change it, and raised hands add up', async (t) => {
  const { phone, presenter } = await classroom(t)
  const votes = async () => {
    const { snapshot, frames } = JSON.parse((await presenter('GET', '/api/recording')).body)
    return frames.reduce((last: unknown, frame: { votes?: unknown }) => frame.votes ?? last, snapshot.votes)
  }
  assert.equal((await phone('POST', '/api/vote', { lesson: 'declined', choice: 1 })).status, 409)
  await presenter('POST', '/api/lesson', { lesson: 'declined', step: 1, voteOpen: true })
  for (const choice of [1, 2])
    assert.equal((await phone('POST', '/api/vote', { lesson: 'declined', choice })).status, 204)
  for (let hand = 0; hand < 3; hand++) await presenter('POST', '/api/vote', { lesson: 'declined', choice: 0 })
  await until(async () => JSON.stringify(await votes()) === '{"0":3,"2":1}', 'three hands and one phone')
})

test('given that its time is over, then the door is shut, whoever looks on is shown out, and the presenter goes on', async (t) => {
  const { phone, presenter, hub, port } = await classroom(t, { lanForMs: 6_000 })
  const ticketOf = async (call: typeof phone) => JSON.parse((await call('POST', '/api/ticket', {})).body).ticket
  const viewer = await tuneIn(t, port, await ticketOf(phone))
  const teacher = await tuneIn(t, hub.port, await ticketOf(presenter))
  await until(() => hub.lan === null, 'the end of the view')
  await until(() => viewer.closed() === 1001, 'the end of its socket')
  await assert.rejects(phone('GET', '/api/me'))
  assert.equal((await presenter('GET', '/api/me')).status, 200)
  const heard = teacher.heard.length
  await until(() => teacher.heard.length > heard, 'another frame for the presenter')
  assert.equal(teacher.closed(), null)
})

test('given no time, then the door shuts by itself after three hours, and not before', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  let over = 0
  const classroom = await openToClass({
    address: '127.0.0.1',
    port: 0,
    handlers: {} as Handlers,
    doorFor: (roleOf) => ({
      isLoopback: false,
      roleOf,
      takeTicket: () => null,
      visitors: new Visitors(),
      now: Date.now,
    }),
    onOver: () => over++,
  })
  t.after(classroom.close)
  assert.equal(classroom.join?.until, 3 * 3_600_000)
  t.mock.timers.tick(3 * 3_600_000 - 1)
  assert.ok(classroom.join !== null && over === 0)
  t.mock.timers.tick(1)
  assert.equal(classroom.join, null)
  assert.equal(over, 1)
})

test('given whatever changes something, then a line of the audit tells when, from where, what, and how it ended', async (t) => {
  const lines: AuditEntry[] = []
  const { presenter } = await classroom(t, { audit: (entry) => lines.push(entry) })
  await presenter('GET', '/api/me')
  await presenter('POST', '/api/orders', { productId: 1, quantity: 2, amount: 3 })
  await presenter('POST', '/api/faults/kill', {})
  assert.deepEqual(
    lines.map(({ address, method, path, status }) => [address, method, path, status]),
    [
      ['127.0.0.1', 'POST', '/api/orders', 200],
      ['127.0.0.1', 'POST', '/api/faults/kill', 409],
    ],
  )
})
