import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DotBudget } from './dot-budget.ts'

const seconds = (budget: DotBudget, count: number, frameMs: number): boolean[] =>
  Array.from({ length: count * Math.ceil(1_000 / frameMs) }, () => budget.frame(frameMs)).filter(Boolean)

test('given frames that take long, when they go on so, then fewer dots are drawn, and never none', () => {
  const budget = new DotBudget()
  assert.deepEqual([seconds(budget, 1, 40), budget.most], [[true], 150])
  seconds(budget, 1, 40)
  assert.equal(budget.most, 75)
  seconds(budget, 5, 40)
  assert.equal(budget.most, 60)
})

test('given a machine that is quick again, when some seconds have passed, then all dots are back', () => {
  const budget = new DotBudget()
  seconds(budget, 3, 50)
  seconds(budget, 12, 16.7)
  assert.equal(budget.most, 300)
})

test('given frames that are neither slow nor quick, then it stays as it is', () => {
  const budget = new DotBudget()
  seconds(budget, 1, 40)
  assert.deepEqual(seconds(budget, 10, 20), [])
  assert.equal(budget.most, 150)
})
