/** A wrong shop on a machine that has too much to do still gets its own diagnosis, not that of its slowness. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMistakes } from '../../cli/author/mistakes.ts'
import { tryMistake } from '../../cli/author/try-mistake.ts'
import { ownBroker } from './own-broker.ts'

const broker = ownBroker()

test('given a shop that confirms on payment, when its inventory takes four seconds an order, then it is told that it does not cancel', async (t) => {
  const mistake = (await readMistakes()).find(({ name }) => name === 'confirmed-on-payment')
  assert.ok(mistake)
  const slow = {
    file: 'inventory/main.ts',
    find: "await consume('inventory-group', { 'payment-success': reserve })",
    replace: `const late = (...given: Parameters<typeof reserve>) =>
  new Promise((resolve) => setTimeout(resolve, 4_000)).then(() => reserve(...given))
await consume('inventory-group', { 'payment-success': late })`,
  }
  const options = { brokers: [broker()], seed: 19, signal: t.signal, env: process.env, reach: 'check' } as const
  assert.deepEqual((await tryMistake({ ...mistake, change: [...mistake.change, slow] }, options)).problems, [])
})
