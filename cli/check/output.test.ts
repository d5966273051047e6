import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Output } from './output.ts'

const bytes = (text: string) => Buffer.from(text)

test('given lines in pieces, when added, then they are put together without colours and line ends', () => {
  const output = new Output()
  output.add('out', bytes('\u001b[32mEmail Se'), 1)
  output.add('out', bytes('nt\u001b[0m 7\r\nnext'), 2)
  output.add('err', Buffer.from([0xc3]), 3)
  output.add('err', Buffer.from([0xa4, 0x0a]), 4)
  output.finish(5)
  assert.deepEqual(
    output.lines.map(({ stream, text }) => [stream, text]),
    [
      ['out', 'Email Sent 7'],
      ['err', 'ä'],
      ['out', 'next'],
    ],
  )
})

test('given more than a megabyte, when added, then it is cut but what a check asks for is kept', () => {
  const output = new Output()
  for (let i = 0; i < 3_000; i++) output.add('out', bytes(`${'noise '.repeat(100)}\n`), i)
  output.add('out', bytes('PAYMENT DONE for 42\n'), 9)
  output.add('out', bytes('{"eventId":"1"}\n'), 9)
  const size = output.lines.reduce((sum, { text }) => sum + text.length, 0)
  assert.ok(size < 1_100_000, `${size} kept`)
  assert.ok(output.cutBytes > 700_000)
  assert.deepEqual(
    output.lines.slice(-2).map(({ text }) => text),
    ['PAYMENT DONE for 42', '{"eventId":"1"}'],
  )
  assert.equal(output.tail.at(-1), '{"eventId":"1"}')
})

test('given a complaint and 40,000 lines of noise on the other stream, when added, then the complaint is still there', () => {
  const output = new Output()
  output.add('err', bytes('oops\n'), 1)
  for (let i = 0; i < 40_000; i++) output.add('out', bytes(`at work on ${i}\n`), i)
  assert.deepEqual(output.errorTail, ['oops'])
  assert.equal(output.tail.length, 20)
})

test('given megabytes of noise on standard output, when a complaint follows, then it is kept for the checks', () => {
  const output = new Output()
  for (let i = 0; i < 3_000; i++) output.add('out', bytes('noise\n'.repeat(100)), i)
  output.add('err', bytes('line 3: quantity must be 1 or more\n'), 9)
  assert.deepEqual(output.lines.at(-1), { at: 9, stream: 'err', text: 'line 3: quantity must be 1 or more' })
})

test('given a line without an end, when it grows beyond a megabyte, then it is broken', () => {
  const output = new Output()
  for (let i = 0; i < 30; i++) output.add('out', bytes('x'.repeat(100_000)), i)
  assert.ok(output.lines.length + output.cutBytes > 0)
})
