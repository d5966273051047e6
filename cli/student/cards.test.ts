import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LabError } from '../command.ts'
import { askedCard, cardsFor, markCard, misfit, readPairs, recordCards } from './cards.ts'
import { NO_PROGRESS, recordStart } from './progress.ts'
import { parseProgress } from './progress-file.ts'

const NOW = Date.parse('2026-03-01T10:00:00Z')

test('given a student who has begun nothing, when cards are chosen, then they are those of part A', async () => {
  assert.deepEqual(new Set((await cardsFor(NO_PROGRESS, undefined)).map(({ part }) => part)), new Set(['a-kafka']))
})

test('given a student who has begun A and D, when cards are chosen, then they are of both, or of the part that is named', async () => {
  const progress = recordStart(recordStart(NO_PROGRESS, 'a-kafka', NOW), 'd-producer', NOW)
  const parts = async (part?: 'h-saga') => [...new Set((await cardsFor(progress, part)).map((card) => card.part))]
  assert.deepEqual(await parts(), ['a-kafka', 'd-producer'])
  assert.deepEqual(await parts('h-saga'), ['h-saga'])
})

test('given one card that was answered, when cards are chosen, then all of its part are there, and its box is kept in the file', async () => {
  const progress = recordCards(NO_PROGRESS, new Map([['e1', true]]), NOW)
  const cards = await cardsFor(progress, undefined)
  assert.ok(cards.length > 10)
  assert.ok(cards.every(({ part }) => part === 'e-order'))
  assert.deepEqual(parseProgress(JSON.stringify(progress)), progress)
})

test('given a card, when it is asked, then neither answer nor reason is in it', async () => {
  const [card] = await cardsFor(NO_PROGRESS, undefined)
  assert.ok(card)
  assert.deepEqual(Object.keys(askedCard(card)).sort(), ['ask', 'id', 'kind', 'options', 'part'])
})

test('given answers by id, when they are read, then each has its card, and capital letters count', async () => {
  const [first, second] = await readPairs('a1=B, a.order-begin=BADEC', misfit)
  assert.equal(first?.card.id, 'a1')
  assert.equal(markCard(first?.card as never, 'B', NO_PROGRESS, NOW).right, true)
  assert.equal(markCard(second?.card as never, 'BADEC', NO_PROGRESS, NOW).right, true)
})

for (const [words, said] of [
  ['z9=a', /no question z9/],
  ['a1', /one letter from a to d/],
  ['a1=e', /one letter from a to d/],
  ['a.order-begin=abc', /all letters from a to e/],
  ['a.order-begin=aabcd', /each once/],
] as const) {
  test(`given the answers ${words}, when they are read, then it is said what is wrong`, async () => {
    await assert.rejects(readPairs(words, misfit), (error) => error instanceof LabError && said.test(error.message))
  })
}
