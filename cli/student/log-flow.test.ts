import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logFlow } from './log-flow.ts'

function flow() {
  const lines: string[] = []
  const clock = { now: 0 }
  return {
    lines,
    clock,
    flow: logFlow(
      (line) => lines.push(line),
      () => clock.now,
    ),
  }
}

test('given bytes that tear lines and characters, when they come, then whole lines come out', () => {
  const { lines, flow: log } = flow()
  const bytes = Buffer.from('größe\r\nzwei\ndrei')
  for (const byte of bytes) log.add(Buffer.from([byte]))
  assert.deepEqual(lines, ['größe', 'zwei'])
  log.end()
  assert.deepEqual(lines, ['größe', 'zwei', 'drei'])
})
test('given a flood, when it comes, then a readable share is told and the rest is counted', () => {
  const { lines, clock, flow: log } = flow()
  log.add(Buffer.from('x\n'.repeat(10_000)))
  assert.equal(lines.length, 40)
  clock.now = 300
  log.add(Buffer.from('calm\n'))
  assert.deepEqual(lines.slice(40), ['… 9960 more lines', 'calm'])
})
test('given a line without an end, when it grows, then it is cut and memory is not', () => {
  const { lines, flow: log } = flow()
  for (let n = 0; n < 100; n++) log.add(Buffer.alloc(10_000, 'x'))
  assert.ok(lines.length > 0 && lines.every((line) => line.length < 2_100))
})
