import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
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

test('given noise behind the first megabyte, when it comes in any pieces, then as much is known as of line by line', () => {
  const line = fc.constantFrom(
    '',
    'x',
    'noise',
    'at work { on 7',
    '  {"a":1}',
    'order created',
    'e\u001b[1mmail sent',
    'ä\r',
  )
  fc.assert(
    fc.property(fc.array(line, { minLength: 60, maxLength: 300 }), fc.integer({ min: 1, max: 900 }), (lines, size) => {
      const [pieces, each] = [new Output(), new Output()]
      const full = bytes(`${'x'.repeat(249)}\n`.repeat(3_000))
      pieces.add('out', full, 0)
      each.add('out', full, 0)
      const text = `${lines.join('\n')}\n`
      for (let at = 0; at < text.length; at += size) pieces.add('out', bytes(text.slice(at, at + size)), 1)
      for (const one of lines) each.add('out', bytes(`${one}\n`), 1)
      assert.deepEqual(
        [pieces.lines.slice(-400), pieces.tail, pieces.cutBytes, pieces.totalBytes],
        [each.lines.slice(-400), each.tail, each.cutBytes, each.totalBytes],
      )
    }),
    { numRuns: 50 },
  )
})

test('given a flood of what a check may ask for, when it goes on, then the lines that are kept take no more than their share', () => {
  const output = new Output()
  for (let i = 0; i < 400; i++) output.add('out', bytes('{\n'.repeat(32_768)), i)
  assert.ok(output.lines.length < 600_000, `${output.lines.length} lines`)
  assert.equal(output.tail.length, 20)
})
