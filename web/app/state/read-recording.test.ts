import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRecording } from './read-recording.ts'
import { frame, snapshot } from './tape.fixture.ts'

const whole = { format: 'saga-lab-recording', version: 1, from: 0, to: 1, snapshot: snapshot(), frames: [frame(1)] }

test('given a recording, then it is read, also without passports and stories', () => {
  const { frames, passports, stories } = readRecording(JSON.stringify(whole))
  assert.deepEqual([frames.length, passports, stories], [1, [], []])
})

test('given anything else, then it says why that is none', () => {
  assert.throws(() => readRecording('{'), /not JSON/)
  assert.throws(() => readRecording('null'), /no recording of Saga Lab/)
  assert.throws(() => readRecording(JSON.stringify({ ...whole, version: 9 })), /version 9; this page reads version 1/)
  assert.throws(() => readRecording(JSON.stringify({ ...whole, frames: undefined })), /not whole/)
})
