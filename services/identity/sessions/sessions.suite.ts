import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fresh } from '../accounts.suite.ts'
import { logIn, newcomer, registered, startIdentity } from '../identity.fixture.ts'

type Identity = Awaited<ReturnType<typeof startIdentity>>

const refresh = ({ ask }: Identity, refreshToken: unknown) => ask('POST', '/auth/refresh', { body: { refreshToken } })

export const sessionTests = (fresh: Fresh): void => {
  test('given a session, when it is refreshed again and again, then each token is good once; when an old one comes back, then the whole chain is dead', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const ann = await registered(identity)
    const other = await logIn(identity, newcomer.email, newcomer.password)
    const second = await refresh(identity, ann.refreshToken)
    const third = await refresh(identity, second.body.refreshToken)
    assert.deepEqual([second.status, third.status], [200, 200])
    assert.equal(new Set([ann.refreshToken, second.body.refreshToken, third.body.refreshToken]).size, 3)
    const me = await identity.ask('GET', '/auth/me', { token: String(third.body.accessToken) })
    assert.equal(me.body.userId, ann.userId)
    assert.equal((await refresh(identity, second.body.refreshToken)).status, 401)
    const last = await refresh(identity, third.body.refreshToken)
    assert.equal(last.status, 401)
    assert.match(last.headers.get('www-authenticate') ?? '', /^Bearer/)
    assert.equal((await refresh(identity, other.refreshToken)).status, 200, 'another session goes on')
  })

  test('given one refresh token, when it is exchanged ten times at once, then once at most, and its session has ended', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const { refreshToken } = await registered(identity)
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(identity, refreshToken)))
    const good = answers.filter(({ status }) => status === 200)
    assert.equal(good.length, 1)
    assert.equal((await refresh(identity, good[0]!.body.refreshToken)).status, 401)
  })

  test('given a session, when it is left, then its tokens are dead; leaving twice, or with nonsense, says the same', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const { refreshToken } = await registered(identity)
    for (const token of [refreshToken, refreshToken, 'nonsense'])
      assert.equal((await identity.ask('POST', '/auth/logout', { body: { refreshToken: token } })).status, 204)
    assert.equal((await refresh(identity, refreshToken)).status, 401)
    assert.equal((await refresh(identity, 'nonsense')).status, 401)
  })

  test('given sessions and their tokens, when a second instance serves them, then it knows them all', async (t) => {
    const url = await fresh(t)
    const one = await startIdentity(t, url)
    const ann = await registered(one)
    const other = await startIdentity(t, url)
    assert.equal((await other.ask('GET', '/auth/me', { token: ann.accessToken })).status, 200)
    const next = await refresh(other, ann.refreshToken)
    assert.equal((await one.ask('GET', '/auth/me', { token: String(next.body.accessToken) })).status, 200)
    assert.equal((await refresh(one, ann.refreshToken)).status, 401)
    assert.equal((await refresh(other, next.body.refreshToken)).status, 401)
  })

  test('given an address, known or not, when it is tried too often, then it has to wait, and the answers before do not tell which it is', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    await registered(identity)
    const attempt = async (email: string, password = 'x') => {
      const { status, body, headers } = await identity.ask('POST', '/auth/login', { body: { email, password } })
      return { status, detail: body.detail, waits: Number(headers.get('retry-after') ?? 0) }
    }
    const tries = async (email: string) => {
      const answers = []
      for (let i = 0; i < 10; i++) answers.push(await attempt(email))
      return answers
    }
    const [known, unknown] = [await tries(newcomer.email), await tries('nobody@example.org')]
    assert.deepEqual(known, unknown)
    assert.deepEqual(new Set(known.map(({ status }) => status)), new Set([401]))
    const { db } = identity.store
    const blocks = await db.selectFrom('login_attempts').select('blocked_until').execute()
    assert.ok(blocks.length === 2 && blocks.every(({ blocked_until }) => Number(blocked_until) > 0))
    await db
      .updateTable('login_attempts')
      .set({ blocked_until: Date.now() + 100_000 })
      .execute()
    const [rightOne, wrongOne] = [await attempt(newcomer.email, newcomer.password), await attempt('nobody@example.org')]
    assert.deepEqual([rightOne.status, rightOne.detail], [wrongOne.status, wrongOne.detail])
    assert.ok(rightOne.status === 429 && rightOne.waits > 60)
    await db
      .updateTable('login_attempts')
      .set({ blocked_until: Date.now() - 1 })
      .execute()
    assert.equal((await attempt(newcomer.email, newcomer.password)).status, 200)
    assert.equal((await attempt(newcomer.email)).status, 401, 'a good login wipes the slate clean')
  })

  test('given many wrong passwords at once, then no more than the free ones are even looked at', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const body = { email: 'nobody@example.org', password: 'guess' }
    const answers = await Promise.all(Array.from({ length: 30 }, () => identity.ask('POST', '/auth/login', { body })))
    const looked = answers.filter(({ status }) => status === 401).length
    assert.ok(looked <= 12, `${looked} guesses`)
  })
}
