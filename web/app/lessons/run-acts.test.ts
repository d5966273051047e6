import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Actions } from '../state/actions.ts'
import { runActs } from './run-acts.ts'
import { SCENES, scenesFor } from './scenes.ts'

const scene = SCENES.find(({ id }) => id === 'duplicate')!

/** Notes what is done. `confirmed`: whether the orders come through in time. */
function actionsWith(confirmed: boolean) {
  const done: string[] = []
  const actions = {
    order: async () => {
      done.push('order')
      return { accepted: 2, refused: 0, orderIds: ['o-1', 'o-2'] }
    },
    untilConfirmed: async (ids: readonly string[]) => {
      done.push(`wait for ${ids.join()}`)
      return confirmed ? true : null
    },
    breakQuietly: async (id: string) => {
      done.push(id)
      return {}
    },
  }
  return { done, actions: actions as unknown as Actions }
}

test('given events that are to come twice, then they are there before they are delivered again', async () => {
  const { done, actions } = actionsWith(true)
  assert.deepEqual(await runActs(scene.first.acts, actions, []), [])
  assert.deepEqual(done, ['order', 'wait for o-1,o-2', 'duplicate'])
})

test('given orders that do not come through in time, then nothing is done that needs them', async () => {
  const { done, actions } = actionsWith(false)
  assert.equal(await runActs(scene.first.acts, actions, []), null)
  assert.deepEqual(done, ['order', 'wait for o-1,o-2'])
})

test('given any lesson in either shop, then what is delivered twice was waited for', () => {
  for (const { id, first, second } of [...SCENES, ...scenesFor(['shipping', 'identity', 'gateway', 'analytics'])])
    for (const acts of [first.acts, second?.acts ?? []])
      for (const [index, act] of acts.entries())
        if (act.kind === 'break' && act.fault === 'duplicate') assert.equal(acts[index - 1]?.kind, 'wait', id)
})
