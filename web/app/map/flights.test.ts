import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dot } from '../state/tape.fixture.ts'
import { FLIGHT_MS, Flights } from './flights.ts'
import { pathTable } from './path.ts'

const line = (x1: number, x2: number) =>
  pathTable([
    { x: x1, y: 0 },
    { x: x1, y: 0 },
    { x: x2, y: 0 },
    { x: x2, y: 0 },
  ])

function flights(cap = 300): Flights {
  const made = new Flights({ cap })
  made.setPaths(
    new Map([
      ['order>order-created', line(0, 100)],
      ['order-created>payment', line(100, 200)],
    ]),
  )
  return made
}

function places(made: Flights, now: number): string[] {
  const seen: string[] = []
  made.each(now, ({ edge }, { x }) => void seen.push(`${edge}@${Math.round(x)}`))
  return seen
}

test('given a message, when time passes, then its dot goes to its topic and on to its reader', () => {
  const made = flights()
  made.add(dot(1), 0)
  assert.deepEqual(places(made, FLIGHT_MS / 2), ['order>order-created@50'])
  made.step(FLIGHT_MS + 1)
  assert.deepEqual(places(made, FLIGHT_MS * 1.5), ['order-created>payment@150'])
  made.step(FLIGHT_MS * 2)
  assert.equal(made.live, 0)
})

test('given two messages of one order, then the second sets off when the first has arrived', () => {
  const made = flights()
  made.add(dot(1, { orderId: 'a' }), 0)
  made.add(dot(2, { orderId: 'a' }), 5)
  assert.equal(made.behind(5), FLIGHT_MS * 2 - 5)
  assert.deepEqual(places(made, FLIGHT_MS / 2), ['order>order-created@50'])
})

test('given a reader that is down, then its dots wait, and set off when it is back', () => {
  const made = flights()
  made.block(new Set(['payment']))
  made.add(dot(1), 0)
  made.step(FLIGHT_MS * 3)
  assert.equal(made.live, 0)
  made.block(new Set())
  made.step(FLIGHT_MS * 4)
  assert.deepEqual(places(made, FLIGHT_MS * 4.5), ['order-created>payment@150'])
})

test('given more messages than can be drawn, then the rest is counted as not drawn, and failures still fly', () => {
  const made = flights(10)
  for (let n = 0; n < 50; n++) made.add(dot(n), 0)
  assert.ok(made.live <= 10)
  assert.equal(made.drawn + made.dropped, 50)
  const { drawn } = made
  made.add(dot(99, { kind: 'failed' }), 0)
  assert.equal(made.drawn, drawn + 1)
})

test('given a dot, when somebody clicks near it, then it is found; farther away, it is not', () => {
  const made = flights()
  made.add(dot(7), 0)
  assert.equal(made.hit({ x: 55, y: 8 }, FLIGHT_MS / 2, 20)?.seq, 7)
  assert.equal(made.hit({ x: 90, y: 0 }, FLIGHT_MS / 2, 20), null)
})

test('given what failed, then it stays for five seconds at its topic', () => {
  const made = flights()
  made.add(dot(1, { kind: 'failed', to: [] }), 0)
  made.step(5_000)
  assert.deepEqual(places(made, 5_000), ['order>order-created@100'])
  made.step(6_000)
  assert.equal(made.live, 0)
})
