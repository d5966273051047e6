import assert from 'node:assert/strict'
import { test } from 'node:test'
import { METRICS } from '../state/baseline.ts'
import { stepsOf } from './scene.ts'
import { SCENES as CORE, scenesFor } from './scenes.ts'
import { WHOLE_SCENES } from './whole-scenes.ts'

const CORE_SERVICES = ['order', 'payment', 'inventory', 'notification']
const WHOLE = scenesFor([...CORE_SERVICES, 'shipping', 'identity', 'analytics', 'recommendation', 'gateway'])
/** As they are in either shop. */
const SCENES = [...CORE, ...WHOLE]

test('given the scenes, then there are at least ten, each with a question, choices, one right, a deed and a reason', () => {
  assert.ok(CORE.length >= 10 && WHOLE.length >= CORE.length + 6)
  for (const scenes of [CORE, WHOLE]) assert.equal(new Set(scenes.map(({ id }) => id)).size, scenes.length)
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

test('given a shop, then it gives the lessons that its services can: four the ten of the course, nine some of these otherwise and more', () => {
  assert.deepEqual(scenesFor(CORE_SERVICES), CORE)
  assert.deepEqual(WHOLE.slice(CORE.length), WHOLE_SCENES)
  const lone = scenesFor(CORE_SERVICES, { scale: false, rewind: true }).map(({ id }) => id)
  assert.deepEqual(
    CORE.map(({ id }) => id).filter((id) => !lone.includes(id)),
    ['slow-consumer'],
    'a shop that cannot be scaled',
  )
  const topics = (scenes: typeof CORE) => JSON.stringify(scenes.find(({ id }) => id === 'duplicate')?.first.acts)
  assert.match(topics(CORE), /stock-reserved/)
  assert.match(topics(WHOLE), /order\.order\.completed/)
})
