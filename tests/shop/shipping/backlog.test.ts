import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { openStage, orderOf, type Stage } from './stage.ts'

/** More than fits into the memory of a process of the shop at once. */
const backlog = 20_000
let stage: Stage
before(async () => {
  stage = await openStage({ CARRIER_STEP_MS: '0' })
})
after(() => stage?.close())

it(`given ${backlog} orders that came while it was away, when shipping is back, then it works them off in pieces and lives`, async () => {
  await stage.fleet.scale('shipping', 1)
  await stage.fleet.kill('shipping')
  for (let i = 0; i < backlog; i += 500)
    await stage.publish(
      Array.from({ length: 500 }, (_, n) => ({ type: 'stock-reserved' as const, data: orderOf(`away-${i + n}`) })),
    )
  const before = stage.fleet.exits.length
  await stage.fleet.restart('shipping')
  await stage.fleet.waitReady(60_000)
  await stage.untilRead()
  assert.deepEqual(stage.fleet.exits.slice(before), [], 'it ended on the way')
  assert.equal((await stage.said()).size, backlog)
})
