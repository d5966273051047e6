import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createReader } from '../contracts/codec.ts'
import { openSealed, type Sealed } from '../contracts/sealed.ts'
import { admin, logIn, newcomer, registered, said, serviceToken, startIdentity } from './identity.fixture.ts'

export type Fresh = (t: TestContext) => Promise<string>
type UserData = { userId: string; role: string; revision: number; personal: Sealed; forgotten: boolean }

const read = createReader(['identity.user.created', 'identity.user.updated', 'identity.user.deactivated'])
const newsOf = async (instance: Awaited<ReturnType<typeof startIdentity>>, userId: string) => {
  const events = (await said(instance)).filter(({ data }) => (data as UserData).userId === userId)
  for (const event of events) {
    const parsed = read(event.eventType, Buffer.from(JSON.stringify(event)))
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason)
  }
  return events.map(({ eventType, eventId, data }) => ({ eventType, eventId, data: data as UserData }))
}

export const accountTests = (fresh: Fresh): void => {
  test('given nobody, when somebody registers, then they can log in, and the event of it lies in the outbox with sealed fields', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const { userId, accessToken } = await registered(identity)
    const me = await identity.ask('GET', '/auth/me', { token: accessToken })
    const { name, email, phone } = newcomer
    assert.deepEqual(me.body, {
      userId,
      name,
      email,
      phone,
      role: 'customer',
      preferences: { channels: ['email'], quietHours: null },
      status: 'active',
    })
    const [created, ...more] = await newsOf(identity, userId)
    assert.deepEqual([created?.eventType, created?.data.revision, more], ['identity.user.created', 1, []])
    const token = String((await serviceToken(identity, 'user-key:read')).body.access_token)
    const key = await identity.ask('GET', `/internal/users/${userId}/key`, { token })
    assert.equal(key.body.keyId, created!.data.personal.keyId)
    const opened = openSealed(created!.data.personal, Buffer.from(String(key.body.key), 'base64'), userId)
    assert.deepEqual(opened, { name, email, phone })
    const open = JSON.stringify(await said(identity))
    // Whole words: three letters of a name come up in sealed bytes by chance.
    for (const personal of [name, email, phone]) assert.ok(!open.includes(personal), personal)
  })

  test('given an address that is taken, when somebody registers with it, then the answer is the same and nothing happens', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const first = await identity.ask('POST', '/auth/register', { body: newcomer })
    const before = await said(identity)
    const body = { ...newcomer, email: ' ANN@example.org', password: 'another password' }
    const second = await identity.ask('POST', '/auth/register', { body })
    assert.deepEqual([second.status, second.body], [first.status, first.body])
    assert.deepEqual(await said(identity), before)
    assert.equal((await identity.ask('POST', '/auth/login', { body })).status, 401)
    await logIn(identity, 'Ann@Example.org', newcomer.password)
  })

  test('given twenty who register with one address at once, then one account is there', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const before = (await said(identity)).length
    await Promise.all(Array.from({ length: 20 }, () => identity.ask('POST', '/auth/register', { body: newcomer })))
    assert.equal((await said(identity)).length, before + 1)
  })

  test('given a user, when they change what they want, then the rest stays and one event says so; an address of somebody else is refused', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const { userId, accessToken: token } = await registered(identity)
    const preferences = {
      channels: ['sms', 'push'],
      quietHours: { from: '22:00', to: '07:30', timeZone: 'Europe/Berlin' },
    }
    const changed = await identity.ask('PATCH', '/auth/me', { token, body: { preferences, email: 'Ann@new.example' } })
    assert.deepEqual(
      [changed.status, changed.body.name, changed.body.email, changed.body.preferences],
      [200, newcomer.name, 'ann@new.example', preferences],
    )
    await identity.ask('PATCH', '/auth/me', { token, body: { preferences } })
    const news = await newsOf(identity, userId)
    assert.deepEqual(
      news.map(({ eventType, data }) => [eventType, data.revision]),
      [
        ['identity.user.created', 1],
        ['identity.user.updated', 2],
      ],
    )
    const clash = await identity.ask('PATCH', '/auth/me', { token, body: { email: admin.email } })
    assert.deepEqual([clash.status, clash.body.errors?.[0]?.field], [409, 'email'])
    assert.equal((await newsOf(identity, userId)).length, 2)
    await logIn(identity, 'ann@new.example', newcomer.password)
  })

  test('given an administrator, when they make somebody one too, then the next token says so; customers may not', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const root = await logIn(identity, admin.email, admin.password)
    const ann = await registered(identity)
    const promote = (userId: string, token: string, role = 'admin') =>
      identity.ask('PUT', `/auth/users/${userId}/role`, { token, body: { role } })
    assert.equal((await promote(ann.userId, ann.accessToken)).status, 403)
    assert.equal((await promote(ann.userId, root.accessToken, 'root')).body.errors?.[0]?.field, 'role')
    assert.equal((await promote(root.userId, root.accessToken, 'customer')).status, 409)
    assert.equal((await promote('nobody', root.accessToken)).status, 404)
    assert.equal((await promote(ann.userId, root.accessToken)).body.role, 'admin')
    const users = (token: string) => identity.ask('GET', '/auth/users?limit=500', { token })
    assert.equal((await users(ann.accessToken)).status, 403)
    const { accessToken } = await logIn(identity, newcomer.email, newcomer.password)
    const { body } = await users(accessToken)
    assert.deepEqual(
      (body.users as { userId: string }[]).map(({ userId }) => userId),
      [root.userId, ann.userId].sort(),
    )
  })

  test('given a user who goes, then they can neither log in nor stay in, and their key is kept until they want to be forgotten', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const ann = await registered(identity)
    const token = String((await serviceToken(identity)).body.access_token)
    const key = () => identity.ask('GET', `/internal/users/${ann.userId}/key`, { token })
    const end = (body: object) => identity.ask('POST', '/auth/me/deactivate', { token: ann.accessToken, body })
    assert.equal((await end({})).body.status, 'deactivated')
    const login = { email: newcomer.email, password: newcomer.password }
    assert.equal((await identity.ask('POST', '/auth/login', { body: login })).status, 401)
    const refresh = { refreshToken: ann.refreshToken }
    assert.equal((await identity.ask('POST', '/auth/refresh', { body: refresh })).status, 401)
    assert.equal((await identity.ask('GET', '/auth/me', { token: ann.accessToken })).status, 410)
    assert.equal((await key()).status, 200)
    assert.deepEqual(await end({ forget: true }).then(({ body }) => [body.status, body.email, body.name]), [
      'forgotten',
      null,
      null,
    ])
    assert.equal((await key()).status, 410)
    const unknown = await identity.ask('GET', '/internal/users/nobody/key', { token })
    assert.equal(unknown.status, 404)
    const news = await newsOf(identity, ann.userId)
    assert.deepEqual(
      news.slice(1).map(({ eventType, data }) => [eventType, data.revision, data.forgotten]),
      [
        ['identity.user.deactivated', 2, false],
        ['identity.user.deactivated', 3, true],
      ],
    )
    assert.equal(new Set(news.map(({ eventId }) => eventId)).size, 3)
    await registered(identity)
  })

  test('given an administrator, when they close an account, then it is closed; nobody else may, and nobody gets keys without the scope', async (t) => {
    const identity = await startIdentity(t, await fresh(t))
    const root = await logIn(identity, admin.email, admin.password)
    const ann = await registered(identity)
    const bob = await registered(identity, { email: 'bob@example.org' })
    const end = (token: string) =>
      identity.ask('POST', `/auth/users/${ann.userId}/deactivate`, { token, body: { forget: true } })
    assert.equal((await end(bob.accessToken)).status, 403)
    assert.equal((await end(root.accessToken)).body.status, 'forgotten')
    const unscoped = String((await serviceToken(identity, 'shop')).body.access_token)
    for (const token of [bob.accessToken, root.accessToken, unscoped])
      assert.equal((await identity.ask('GET', `/internal/users/${bob.userId}/key`, { token })).status, 403)
  })
}
