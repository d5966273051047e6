import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Question } from '../../labs/lesson.ts'
import { asked, markAnswers, readAnswers } from './quiz-marks.ts'

const quiz: Question[] = [
  { ask: 'One?', options: ['no', 'yes'], answer: 1, why: 'Because one.' },
  { ask: 'Two?', code: 'print()', options: ['x', 'y', 'z'], answer: 0, why: 'Because two.' },
]

test('given a quiz, when it is asked, then neither answers nor reasons are in it', () => {
  const text = JSON.stringify(asked('D', quiz))
  assert.doesNotMatch(text, /Because|"answer"|why/)
  assert.deepEqual(
    asked('D', quiz)[1]?.options.map(({ letter }) => letter),
    ['a', 'b', 'c'],
  )
})
for (const given of ['b,a', 'B, A', 'ba', ' b a ']) {
  test(`given the answers "${given}", when they are read, then they are the second and the first`, () => {
    assert.deepEqual(readAnswers(given, quiz), [1, 0])
  })
}
for (const [given, said] of [
  ['b', /2 answers are needed, 1 were/],
  ['b,c,a', /2 answers/],
  ['c,a', /Answer 1 is "c".*a to b/],
  ['b,', /Answer 2 is ""/],
  ['b,ab', /Answer 2 is "ab"/],
] as const) {
  test(`given the answers "${given}", when they are read, then the one that does not fit is named`, () => {
    assert.throws(() => readAnswers(given, quiz), said)
  })
}
test('given a right and a wrong answer, when they are marked, then each tells the answer and why', () => {
  assert.deepEqual(
    markAnswers('D', quiz, [1, 2]).map(({ id, right, answer, why }) => [id, right, answer, why]),
    [
      ['d1', true, 'b', 'Because one.'],
      ['d2', false, 'a', 'Because two.'],
    ],
  )
})
