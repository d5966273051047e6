import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EdgeCount, Frame, Snapshot } from '../protocol.ts'
import { type Cursor, cursorOf, frameOf, isEmpty, SAMPLE, snapshotOf } from './frame.ts'
import { createState, eventOf } from './shop.fixture.ts'

const WANT = { samples: true, follow: null }
const at = { n: 1, now: 0, withSagas: true }

test('given fewer records than a frame draws, then every one is in it', () => {
  const state = createState()
  const from = cursorOf(state)
  for (let n = 0; n < SAMPLE; n++) state.addRecord(eventOf('placed', { orderId: `o-${n}` }), 1)
  assert.equal(frameOf(state, from, WANT, at).frame.dots?.length, SAMPLE)
})

test('given a thousand records, then sixty are drawn evenly, and every failure, duplicate and record of the followed order besides', () => {
  const state = createState()
  const from = cursorOf(state)
  for (let n = 0; n < 1_000; n++)
    state.addRecord(eventOf(n % 100 === 7 ? 'unpaid' : 'placed', { orderId: `o-${n}` }), 1)
  state.addRecord(eventOf('placed', { orderId: 'o-500' }), 1)
  const { frame } = frameOf(state, from, { samples: true, follow: 'o-3' }, at)
  const dots = frame.dots ?? []
  assert.equal(frame.total, 1_001)
  assert.equal(dots.filter(({ kind }) => kind === 'failed').length, 10)
  assert.equal(dots.filter(({ duplicate }) => duplicate).length, 1)
  assert.ok(dots.some(({ orderId }) => orderId === 'o-3'))
  const ordinary = dots.filter(({ kind, orderId }) => kind === 'pending' && orderId !== 'o-3')
  assert.ok(ordinary.length <= SAMPLE && ordinary.length >= SAMPLE - 2, String(ordinary.length))
  const gaps = ordinary.slice(1).map(({ seq }, i) => seq - (ordinary[i]?.seq ?? 0))
  assert.ok(Math.max(...gaps) <= 20, `gaps up to ${Math.max(...gaps)}`)
  assert.deepEqual(
    dots.map(({ seq }) => seq),
    dots.map(({ seq }) => seq).sort((a, b) => a - b),
  )
})

test('given nobody who looks, then there are totals and no dots', () => {
  const state = createState()
  const from = cursorOf(state)
  state.addRecord(eventOf('placed'), 1)
  const { frame } = frameOf(state, from, { samples: false, follow: null }, at)
  assert.deepEqual([frame.dots, frame.total, frame.counts], [undefined, 1, { 'till>placed': { pending: 1 } }])
})

test('given nothing new, then the frame is empty', () => {
  const state = createState()
  state.addRecord(eventOf('placed'), 1)
  assert.ok(isEmpty(frameOf(state, cursorOf(state), WANT, at).frame))
})

/** What a page does with what it is told. */
function follow(snapshot: Snapshot, frames: readonly Frame[]) {
  const counts: Record<string, EdgeCount> = { ...snapshot.counts }
  for (const frame of frames) Object.assign(counts, frame.counts)
  return counts
}

test('given two pages, one of which gets every frame and one every tenth, then both end with the same exact totals', () => {
  const state = createState()
  const snapshot = snapshotOf(state, { n: 0, now: 0, run: 'r' })
  const pages: { cursor: Cursor; frames: Frame[] }[] = [1, 2].map(() => ({ cursor: cursorOf(state), frames: [] }))
  for (let tick = 1; tick <= 100; tick++) {
    for (let n = 0; n < 70; n++)
      state.addRecord(eventOf(n % 2 ? 'paid' : 'unpaid', { orderId: `o-${tick}-${n}` }), tick)
    pages.forEach((page, i) => {
      if (i === 1 && tick % 10 > 0) return
      const { frame, cursor } = frameOf(state, page.cursor, WANT, { n: tick, now: tick, withSagas: true })
      page.frames.push(frame)
      page.cursor = cursor
    })
  }
  const expected = { 'bank>paid': { ok: 3_500 }, 'bank>unpaid': { failed: 3_500 } }
  for (const { frames } of pages) {
    assert.deepEqual(follow(snapshot, frames), expected)
    assert.equal(
      frames.reduce((sum, { total }) => sum + total, 0),
      7_000,
    )
  }
})

test('given changes of sagas that are held back, then a later frame tells each of them once, as it is then', () => {
  const state = createState()
  const first = frameOf(state, cursorOf(state), WANT, { ...at, withSagas: false })
  state.addRecord(eventOf('placed'), 1)
  const second = frameOf(state, first.cursor, WANT, { ...at, withSagas: false })
  state.addRecord(eventOf('paid'), 1)
  const third = frameOf(state, second.cursor, WANT, at)
  assert.deepEqual(
    [second.frame.sagas, third.frame.sagas?.map(({ sentence }) => sentence)],
    [undefined, ['placed, paid, waiting for depot']],
  )
  assert.equal(frameOf(state, third.cursor, WANT, at).frame.sagas, undefined)
})

test('given a snapshot in the middle of a run, then it and the frames behind it hold the same as all frames', () => {
  const state = createState()
  for (let n = 0; n < 300; n++) state.addRecord(eventOf('placed', { orderId: `o-${n}` }), 1)
  const snapshot = snapshotOf(state, { n: 5, now: 1, run: 'r' })
  const cursor = cursorOf(state)
  state.addRecord(eventOf('paid'), 2)
  assert.deepEqual(follow(snapshot, [frameOf(state, cursor, WANT, at).frame]), {
    'till>placed': { pending: 300 },
    'bank>paid': { ok: 1 },
  })
  assert.equal(snapshot.recent.length, 200)
})
