import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dot, frame, saga, snapshot } from './tape.fixture.ts'
import { Tape } from './tape.ts'

test('given more events than fit, when they are pushed, then the newest stay and counts are still exact', () => {
  const tape = new Tape(Tape.of(snapshot()).base, { events: 100, spanMs: 60_000 })
  for (let n = 1; n <= 300; n++) tape.push(frame(n, { dots: [dot(n)], counts: { edge: { ok: n } } }))
  assert.equal(tape.events.length, 100)
  assert.equal(tape.events[0]?.seq, 201)
  assert.deepEqual(tape.end.counts.edge, { ok: 300 })
})

test('given frames older than a minute, then they are folded into the base, which is the world at that time', () => {
  const tape = Tape.of(snapshot())
  for (let n = 1; n <= 100; n++) tape.push(frame(n, { at: n * 1_000, counts: { edge: { ok: n } } }))
  assert.equal(tape.frames[0]?.at, 40_000)
  assert.deepEqual(tape.base.counts.edge, { ok: 39 })
})

test('given a second snapshot of the same run, then only unknown events are added', () => {
  const tape = Tape.of(snapshot({ recent: [dot(1), dot(2)] }))
  tape.resync(snapshot({ n: 9, at: 2_000, recent: [dot(2), dot(3)] }))
  assert.deepEqual(
    tape.events.map(({ seq }) => seq),
    [1, 2, 3],
  )
})

test('given ten thousand sagas, then the page keeps the four hundred that changed last', () => {
  const tape = Tape.of(snapshot())
  for (let n = 1; n <= 10; n++)
    tape.push(frame(n, { sagas: Array.from({ length: 1_000 }, (_, i) => saga(`o-${n}-${i}`)) }))
  assert.equal(tape.end.sagas.size, 400)
  assert.ok(tape.end.sagas.has('o-10-999'))
})
