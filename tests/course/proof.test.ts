/**
 * What `lab dev check` proves of the right shops, as tests: the solution of each part passes all parts up to its own, its starter fails and says why,
 * and the shop of services/ gets every mark for what it offers. With FULL=1 only: it takes minutes, and the shop after part H is checked in every run
 * (cli/check/shop-runs.test.ts).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PARTS } from '../../cli/author/lay.ts'
import { proveReference, proveSolution, proveStarter } from '../../cli/author/proof-shops.ts'
import { ownBroker } from './own-broker.ts'

const full = process.env.FULL === '1'
const how = { skip: full ? false : 'with FULL=1', timeout: 900_000 }
const brokers = full ? ownBroker() : () => ''
const options = (signal: AbortSignal) => ({ brokers: [brokers()], seed: 1, signal, env: process.env })

for (const part of PARTS) {
  test(
    `given the solution of ${part}, when all parts up to it are checked, then each check passes at its first try`,
    how,
    async (t) => {
      assert.deepEqual((await proveSolution(part, options(t.signal), true)).problems, [])
    },
  )

  test(
    `given the starter of ${part}, when it is checked, then it fails and its own words are shown`,
    how,
    async (t) => {
      assert.deepEqual((await proveStarter(part, options(t.signal))).problems, [])
    },
  )
}

test('given the shop of services/, when all that it offers is checked, then it gets every mark', how, async (t) => {
  assert.deepEqual((await proveReference(options(t.signal))).problems, [])
})
