import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Player } from './player.ts'
import { dot, frame, snapshot } from './tape.fixture.ts'

function playerWith(events: number): Player {
  const player = new Player()
  player.take(snapshot())
  for (let n = 1; n <= events; n++) player.take(frame(n, { dots: [dot(n)], total: 1, counts: { edge: { ok: n } } }))
  return player
}
const seqs = (dots: readonly { seq: number }[]) => dots.map(({ seq }) => seq)

test('given a live player, when it ticks, then each event passes once', () => {
  const player = playerWith(3)
  assert.deepEqual(seqs(player.tick(16).dots), [1, 2, 3])
  assert.deepEqual(seqs(player.tick(16).dots), [])
  assert.deepEqual(seqs(player.recent(2)), [3, 2])
})

test('given a pause, when the shop runs on, then what is shown stands still, and live catches up without a flood', () => {
  const player = playerWith(3)
  player.pause()
  player.take(frame(4, { dots: [dot(4)], counts: { edge: { ok: 4 } } }))
  assert.equal(player.at, 30)
  assert.deepEqual(player.world?.counts.edge, { ok: 3 })
  assert.deepEqual(player.now?.counts.edge, { ok: 4 })
  player.live()
  assert.deepEqual(player.world?.counts.edge, { ok: 4 })
  assert.deepEqual(seqs(player.tick(16).dots), [])
})

test('given a pause, when it steps back and forth, then the world follows event by event', () => {
  const player = playerWith(5)
  assert.equal(player.step(-1)?.seq, 4)
  assert.equal(player.step(-1)?.seq, 3)
  assert.deepEqual(player.world?.counts.edge, { ok: 3 })
  assert.equal(player.step(1)?.seq, 4)
  assert.deepEqual(player.world?.counts.edge, { ok: 4 })
  assert.equal(player.step(1)?.seq, 5)
  assert.equal(player.step(1), null)
})

test('given slow motion from the start, when real time passes, then recorded events pass at that share of it', () => {
  const player = playerWith(10)
  player.pause()
  player.seek(0)
  player.play(0.1)
  assert.deepEqual(seqs(player.tick(150).dots), [2], 'from 10 ms on, 15 ms later')
  assert.deepEqual(seqs(player.tick(100).dots), [3])
  player.tick(10_000)
  assert.equal(player.mode, 'paused', 'it stops at the end of what was recorded')
})

test('given a hub that was started anew, then the page forgets what it held', () => {
  const player = playerWith(3)
  player.pause()
  player.take(snapshot({ run: 'run-2', at: 99 }))
  assert.equal(player.mode, 'live')
  assert.deepEqual(player.recent(9), [])
  assert.deepEqual(player.world?.counts, {})
})

test('given a recording, when it is opened, then it stands at its beginning and has no live', () => {
  const player = new Player()
  player.open({
    format: 'saga-lab-recording',
    version: 1,
    from: 10,
    to: 30,
    snapshot: snapshot(),
    frames: [1, 2, 3].map((n) => frame(n, { dots: [dot(n)] })),
    passports: [],
    stories: [],
  })
  assert.equal(player.at, 10)
  player.live()
  assert.equal(player.mode, 'paused')
  assert.equal(player.step(1)?.seq, 2)
})
