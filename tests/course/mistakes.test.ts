/**
 * Each mistake that learners make fails its own check, with its own diagnosis. A third of those that are told quickly and one that takes
 * long, others with each seed; all of them, on all checks of their part and of the
 * parts whose files they change, with FULL=1. The seed is printed; MISTAKES_SEED plays it again.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { layMistake, readMistakes } from '../../cli/author/mistakes.ts'
import { textProblems } from '../../cli/author/proof-texts.ts'
import { ENOUGH_SECONDS, rotation, SLOW_ONES } from '../../cli/author/rotation.ts'
import { tryMistake } from '../../cli/author/try-mistake.ts'
import { startBroker, type ThrowawayBroker } from '../../cli/broker/throwaway.ts'

/** Tests that never end let two deadlines of three minutes pass. */
const LONGEST_MS = 900_000
const full = process.env.FULL === '1'
const seed = Number(process.env.MISTAKES_SEED ?? randomInt(2 ** 31))
const all = await readMistakes()
const ended = new AbortController()
const began = performance.now()

let dir: string
let broker: ThrowawayBroker

before(async () => {
  console.log(`MISTAKES_SEED=${seed}`)
  dir = await mkdtemp(join(tmpdir(), 'lab-mistakes-'))
  // The core topics have fixed names: a broker of our own keeps other tests out of them.
  broker = await startBroker({ dir })
})
after(async () => {
  ended.abort()
  await broker?.kill9()
  await rm(dir, { recursive: true, force: true, maxRetries: 5 })
})

test('given marks, hints, quizzes, diagnoses and mistakes, when they are compared, then nothing is missing', async () => {
  assert.deepEqual(await textProblems(), [])
})

test('given every mistake, when it is laid over the right shop, then it still fits', async (t) => {
  for (const mistake of all) {
    const folder = await mkdtemp(join(dir, 'shop-'))
    await t.test(mistake.name, () => layMistake(mistake, folder))
  }
})

for (const mistake of full ? all : rotation(all, seed, SLOW_ONES.test)) {
  const { name, title, fails, diagnosis } = mistake
  test(`given the mistake ${name} (${title}), when it is checked, then ${fails[0]} says ${diagnosis}`, {
    timeout: LONGEST_MS,
  }, async (t) => {
    if (!full && performance.now() - began > ENOUGH_SECONDS * 1000) return t.skip('no time left in this run')
    const reach = full ? 'touched' : 'check'
    const options = { brokers: [broker.brokers], seed, signal: ended.signal, env: process.env, reach } as const
    assert.deepEqual((await tryMistake(mistake, options)).problems, [])
  })
}
