import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { diffLines } from './line-diff.ts'

const text = (lines: readonly string[]) => `${lines.join('\n')}\n`
const signs = (from: readonly string[], to: readonly string[]) =>
  diffLines(text(from), text(to)).map(({ sign, text: words }) => sign + words)

test('given one line that differs among many, when texts are compared, then three lines around it are shown', () => {
  const from = ['1', '2', '3', '4', '5', '6', '7', '8', '9']
  assert.deepEqual(signs(from, from.with(4, 'x')), ['…', ' 2', ' 3', ' 4', '-5', '+x', ' 6', ' 7', ' 8', '…'])
})
test('given texts that are equal, but for the end of the last line and carriage returns, then there is no difference', () => {
  assert.deepEqual(diffLines('a\nb', 'a\nb\n'), [])
  assert.deepEqual(diffLines('a\r\nb\r\n', 'a\nb\n'), [])
})
test('given any two texts, when they are compared, then the removed and the added lines are what they have not in common', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(lines, lines, (from, to) => {
      const diff = diffLines(text(from), text(to))
      const without = (sign: string) =>
        diff.filter((line) => line.sign !== sign && line.sign !== '…').map((line) => line.text)
      if (diff.some(({ sign }) => sign === '…')) return
      if (diff.length === 0) return assert.deepEqual(from, to)
      assert.deepEqual(without('+'), from)
      assert.deepEqual(without('-'), to)
    }),
  )
})
test('given two texts too long to compare, when they are, then all of one is replaced by all of the other', () => {
  const from = Array.from({ length: 2_500 }, (_, n) => `from ${n}`)
  assert.equal(diffLines(text(from), text(from.map((line) => `${line}!`))).length, 5_000)
})
