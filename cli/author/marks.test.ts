import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeLines, toSolution, toStarter } from './marks.ts'

const source = [
  'kept()',
  '  // lab:begin D',
  '  answer()',
  '  // lab:else',
  '  // // a hint',
  "  // throw new Error('part D: not written yet')",
  '  // lab:end',
  'also kept()',
].join('\n')

test('given marks, when the solution is made, then neither marks nor the starter’s lines are in it', () => {
  assert.equal(toSolution(source), 'kept()\n  answer()\nalso kept()')
})

test('given marks, when the starter is made, then the answer is gone and the commented lines are code', () => {
  assert.equal(toStarter(source), "kept()\n  // a hint\n  throw new Error('part D: not written yet')\nalso kept()")
})

test('given marks in YAML and no else, when the starter is made, then the lines are simply gone', () => {
  assert.equal(toStarter('a: 1\n# lab:begin A\nb: 2\n# lab:end\nc: 3'), 'a: 1\nc: 3')
})

for (const [problem, text, message] of [
  ['an end without a begin', 'a\n// lab:end', /line 2: "lab:end" does not belong here/],
  ['a begin inside a begin', '// lab:begin A\n// lab:begin B\n// lab:end', /line 2: "lab:begin B"/],
  ['a begin without an end', '// lab:begin A\nx', /has no "lab:end"/],
] as const) {
  test(`given ${problem}, when a file is made of it, then the error names the line`, () => {
    assert.throws(() => toStarter(text), message)
    assert.throws(() => toSolution(text), message)
  })
}

test('given marks, when the lines of code are counted, then the answer is written, the rest is given, and comments and blank lines are neither', () => {
  assert.deepEqual(codeLines(`// why\n\n/** how\n * long */\n${source}`), { given: 2, written: 1 })
})
