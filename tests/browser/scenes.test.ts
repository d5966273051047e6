import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SERVICES } from '../../cli/shop/faults/toggle.ts'
import { TOGGLES, toggleOf } from '../../cli/shop/faults/toggles.ts'
import { eventNames } from '../../services/contracts/catalogue.ts'
import { QUICK_IDS } from '../../web/app/faults/quick.ts'
import { SCENES as CORE, scenesFor } from '../../web/app/lessons/scenes.ts'

const SCENES = [...CORE, ...scenesFor(SERVICES)]
const acts = SCENES.flatMap((scene) =>
  [...scene.first.acts, ...(scene.second?.acts ?? [])].map((act) => ({ scene, act })),
)

test('given what the lessons break, then each toggle exists and takes these settings', () => {
  for (const { scene, act } of acts) {
    if (act.kind !== 'break') continue
    const toggle = toggleOf(act.fault)
    assert.ok(toggle, `${scene.id} breaks '${act.fault}'; there are ${TOGGLES.map(({ id }) => id).join(', ')}`)
    const time = act.seconds === undefined ? {} : { forSeconds: act.seconds }
    const { success, error } = toggle.settings.safeParse({ ...act.settings, ...time })
    assert.ok(success, `${scene.id}, ${act.fault}: ${error?.message}`)
  }
})

test('given topics that lessons name, then the catalogue has them', () => {
  for (const { scene, act } of acts) {
    const topic = act.kind === 'rewind' ? act.topic : act.kind === 'break' ? act.settings?.topic : undefined
    if (topic !== undefined)
      assert.ok(
        eventNames.some((name) => name === topic),
        `${scene.id}: ${topic}`,
      )
  }
})

test('given the keys 1 to 6, then each has a toggle', () => {
  for (const id of QUICK_IDS) assert.ok(toggleOf(id), id)
})
