import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answeredCard, type CardState, DAYS, learnt, pickCards } from './leitner.ts'

const NOW = Date.parse('2026-03-01T10:00:00Z')
const DAY = 86_400_000
const at = (days: number): string => new Date(NOW + days * DAY).toISOString()
const card = (box: number, days: number): CardState => ({ box, due: at(days), seen: 1 })

test('given a card, when it is known time after time, then it comes back later and later, and no later than the last box', () => {
  let state: CardState | undefined
  const boxes: number[] = []
  for (let n = 0; n < 6; n++) {
    state = answeredCard(state, true, NOW)
    boxes.push(state.box)
    assert.equal(state.due, at(DAYS[state.box - 1] ?? -1))
  }
  assert.deepEqual(boxes, [2, 3, 4, 5, 5, 5])
  assert.equal(state?.seen, 6)
})

test('given a card of any box, when it is missed, then it is due at once', () => {
  for (const box of [1, 3, 5]) assert.deepEqual(answeredCard(card(box, 9), false, NOW), { box: 1, due: at(0), seen: 2 })
})

test('given cards of all kinds, when some are picked, then missed ones come first, then those due longest, then new ones', () => {
  const cards = ['known', 'later', 'missed', 'longest', 'new-1', 'new-2'].map((id) => ({ id }))
  const states = { known: card(3, -1), later: card(2, 1), missed: card(1, 0), longest: card(3, -5) }
  const ids = (count: number) => {
    const { due, fresh } = pickCards(cards, states, { now: NOW, count })
    return [...due, ...fresh].map(({ id }) => id).join(' ')
  }
  assert.equal(ids(10), 'missed longest known new-1 new-2')
  assert.equal(ids(2), 'missed longest')
  assert.equal(ids(4), 'missed longest known new-1')
})

test('given cards, when it is asked how far one is, then boxes, new ones and the next date are told', () => {
  const cards = ['a', 'b', 'c'].map((id) => ({ id }))
  assert.deepEqual(learnt(cards, { a: card(1, 0), b: card(5, 3) }), { boxes: [1, 0, 0, 0, 1], fresh: 1, next: at(0) })
  assert.deepEqual(learnt(cards, {}), { boxes: [0, 0, 0, 0, 0], fresh: 3, next: null })
})
