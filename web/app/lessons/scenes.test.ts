import assert from 'node:assert/strict'
import { test } from 'node:test'
import { METRICS } from '../state/baseline.ts'
import { stepsOf } from './scene.ts'
import { SCENES } from './scenes.ts'

test('given the scenes, then there are at least ten, each with a question, choices, one right, a deed and a reason', () => {
  assert.ok(SCENES.length >= 10)
  assert.equal(new Set(SCENES.map(({ id }) => id)).size, SCENES.length)
  for (const scene of SCENES) {
    assert.ok(scene.question.endsWith('?'), scene.id)
    assert.ok(scene.choices.length >= 2 && scene.choices.length <= 4, scene.id)
    assert.ok(scene.choices[scene.right], scene.id)
    assert.ok(scene.first.acts.length > 0, scene.id)
    for (const metric of scene.watch) assert.ok(METRICS[metric], `${scene.id}: ${metric}`)
  }
})

test('given texts for a projector, then each fits on it', () => {
  for (const { id, title, question, choices, why } of SCENES) {
    assert.ok(title.length <= 45, `${id}: the title has ${title.length} characters`)
    assert.ok(question.length <= 160, `${id}: the question has ${question.length} characters`)
    for (const choice of choices) assert.ok(choice.length <= 60, `${id}: '${choice}'`)
    assert.ok(why.length <= 260, `${id}: the reason has ${why.length} characters`)
  }
})

test('given a comparison, then it has a step more', () => {
  const names = SCENES.map((scene) => stepsOf(scene).join(' '))
  assert.ok(names.includes('ask first why'))
  assert.ok(names.includes('ask first second why'))
})
