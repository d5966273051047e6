import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventOf, letterOf } from './core/shop.fixture.ts'
import { ask, hubWithoutShop, tokenOf } from './hub.fixture.ts'
import { type DeadLetterRow, LINES, type Passport } from './protocol.ts'

const record = letterOf(eventOf('placed', { orderId: 'o-7', at: 5 }), 'no such product')
const place = `${record.topic}/${record.partition}/${record.offset}`

test('given a dead letter from before the hub, then it can be read and compared, however often it was listed', async (t) => {
  const hub = await hubWithoutShop(t, {
    ports: { deadLetters: async () => [{ record, reason: null, replayed: false }] },
  })
  const get = async <T>(path: string): Promise<T> => {
    const { status, body } = await ask(hub.port, 'GET', path, { authorization: `Bearer ${tokenOf(hub)}` })
    assert.equal(status, 200, body)
    return JSON.parse(body) as T
  }
  await get('/api/dead-letters')
  const [row] = await get<DeadLetterRow[]>('/api/dead-letters')
  assert.deepEqual([row?.dot.duplicate, row?.error], [false, 'no such product'])
  const passport = await get<Passport>(`/api/events/${place}`)
  assert.equal(passport.raw, record.value?.toString('utf8'))
  assert.equal(passport.dot.orderId, 'o-7')
})

test('given a dead letter that is kept no more, then that is said', async (t) => {
  const hub = await hubWithoutShop(t)
  const { status, body } = await ask(hub.port, 'GET', `/api/events/${place}`, {
    authorization: `Bearer ${tokenOf(hub)}`,
  })
  assert.equal(status, 404)
  assert.match(body, /was not seen here/)
})

test('given two letters, of which one cannot be told of yet, then the outcome of the other is there before', async (t) => {
  let published = () => {}
  const second = new Promise<void>((resolve) => {
    published = resolve
  })
  const replay = async ({ offset }: { offset: string }) => {
    if (offset === '2') await second
    return { to: null, trouble: `no place for ${offset}`, group: null }
  }
  const hub = await hubWithoutShop(t, { ports: { replay } })
  const letters = ['1', '2'].map((offset) => ({ topic: 'placed-dlq', partition: 0, offset }))
  const answer = await fetch(`http://127.0.0.1:${hub.port}/api/dead-letters/replay`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf(hub)}`, 'content-type': 'application/json', accept: LINES },
    body: JSON.stringify({ letters }),
  })
  const lines: string[] = []
  for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
    lines.push(part)
    published()
  }
  assert.match(lines[0] ?? '', /no place for 1/)
  assert.doesNotMatch(lines[0] ?? '', /no place for 2/)
  assert.match(lines.slice(1).join(''), /no place for 2/)
})
