import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPasswords } from './passwords.ts'

const passwords = createPasswords()

test('given a password, when it is kept, then it alone matches, in whichever way its letters are typed', async () => {
  const stored = await passwords.hash('pa\u0308ssword-ﬁve')
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.ok(await passwords.matches('p\u00e4ssword-five', stored))
  assert.equal(await passwords.matches('p\u00e4ssword-Five', stored), false)
  assert.equal(await passwords.matches('', stored), false)
})

test('given one password twice, then the two texts have nothing in common', async () => {
  const [one, other] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')])
  assert.notEqual(one, other)
})

test('given a text of other parameters, then its password still matches', async () => {
  const former = createPasswords({ memory: 64, passes: 3, parallelism: 2, tagLength: 16 })
  assert.ok(await passwords.matches('correct horse', await former.hash('correct horse')))
})

test('given nobody, when a password is tried, then it does not match and takes as much work as with somebody', async () => {
  const stored = await passwords.hash('correct horse')
  // Work, not time: how long it takes depends on what else this machine is doing.
  const workOf = async (known: string | undefined): Promise<number> => {
    const before = process.cpuUsage()
    assert.equal(await passwords.matches('wrong', known), false)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  let [somebody, nobody] = [0, 0]
  for (let i = 0; i < 7; i++) {
    somebody += await workOf(stored)
    nobody += await workOf(undefined)
  }
  assert.ok(nobody > somebody / 3, `${nobody} µs against ${somebody} µs`)
})

test('given a flood of passwords, then those that cannot be worked on soon are sent away, and the others are answered', async () => {
  const cheap = createPasswords({ memory: 64, passes: 1, parallelism: 1, tagLength: 32 })
  const tries = await Promise.allSettled(Array.from({ length: 130 }, () => cheap.matches('x', undefined)))
  const refused = tries.filter((attempt) => attempt.status === 'rejected')
  assert.equal(refused.length, 28)
  for (const { reason } of refused) assert.equal(reason.status, 503)
  assert.equal(await cheap.matches('x', undefined), false)
})
