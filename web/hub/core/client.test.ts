import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acked, BUFFER_BYTES, begin, fallBehind, nextStep, SILENT_MS, sent, UNACKED } from './client.ts'

test('given a page that just came, then it gets a snapshot, then frames', () => {
  const pace = begin(0)
  assert.equal(nextStep(pace, 0, 0), 'snapshot')
  assert.equal(nextStep(sent(pace, 1, 0), 0, 50), 'send')
})

test('given twenty frames without an answer, then it gets nothing more until it has answered all, and then a snapshot', () => {
  let pace = begin(0)
  for (let n = 1; n <= UNACKED; n++) pace = sent(pace, n, n)
  assert.equal(nextStep(pace, 0, 100), 'skip')
  pace = acked(fallBehind(pace), UNACKED - 1, 200)
  assert.equal(nextStep(pace, 0, 250), 'skip')
  assert.equal(nextStep(acked(pace, UNACKED, 300), 0, 300), 'snapshot')
})

test('given bytes that pile up in our own buffer, then it gets nothing until that is empty', () => {
  const pace = sent(begin(0), 1, 0)
  assert.equal(nextStep(pace, BUFFER_BYTES + 1, 50), 'skip')
  const behind = acked(fallBehind(pace), 1, 60)
  assert.equal(nextStep(behind, 1, 100), 'skip')
  assert.equal(nextStep(behind, 0, 100), 'snapshot')
})

test('given a page that owes an answer for ten seconds, then it is closed; one that owes none may be silent for ever', () => {
  const pace = sent(begin(0), 1, 1_000)
  assert.equal(nextStep(pace, 0, 1_000 + SILENT_MS), 'send')
  assert.equal(nextStep(pace, 0, 1_001 + SILENT_MS), 'close')
  const quiet = acked(pace, 1, 2_000)
  assert.equal(nextStep(quiet, 0, 9_000_000), 'send')
  assert.equal(nextStep(sent(quiet, 2, 9_000_000), 0, 9_000_050), 'send')
})
