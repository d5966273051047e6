import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { until } from '../../../kit/kafka/scratch.ts'
import { createReader } from '../../../services/contracts/codec.ts'
import { openSealed, type Sealed } from '../../../services/contracts/sealed.ts'
import { type Answer, canaries, openStage, type Stage } from './stage.ts'

type Login = { accessToken: string; refreshToken: string; userId: string }

const read = createReader(['identity.user.created', 'identity.user.updated', 'identity.user.deactivated'])

describe('identity and the services that trust it', { timeout: 600_000 }, () => {
  let stage: Stage
  let ann: Login
  let bob: Login
  let serviceToken: string
  const secrets: string[] = Object.values(canaries)

  const identity = (method: string, where: string, options?: Parameters<Stage['ask']>[2]): Promise<Answer> =>
    stage.ask(stage.identity.url('identity') + where, method, options)
  const order = (method: string, where: string, options?: Parameters<Stage['ask']>[2]): Promise<Answer> =>
    stage.ask(stage.shop.url('order') + where, method, options)

  const logIn = async (email: string, password = canaries.password): Promise<Login> => {
    const { status, body } = await identity('POST', '/auth/login', { body: { email, password } })
    assert.equal(status, 200)
    const login = body as unknown as Login
    secrets.push(login.accessToken, login.refreshToken)
    return login
  }
  const register = (email: string) => {
    const { password, name, phone } = canaries
    return identity('POST', '/auth/register', { body: { email, password, name, phone } })
  }
  const userEvents = async (userId: string) => {
    const events = (await stage.records()).flatMap(({ topic, value }) => {
      const parsed = topic.startsWith('identity.') && !topic.endsWith('-dlq') ? read(topic, value) : undefined
      return parsed?.ok ? [parsed.event] : []
    })
    return events.filter(({ data }) => data.userId === userId)
  }
  /** What the shipping service knows of a user by events alone. */
  const atShipping = (userId: string) => {
    const db = new DatabaseSync(path.join(stage.dataDir, 'shipping.db'), { readOnly: true })
    try {
      return db.prepare('select role, active, revision from users where user_id = ?').get(userId)
    } finally {
      db.close()
    }
  }
  const untilShippingKnows = (userId: string, expected: object) =>
    until(
      () => JSON.stringify(atShipping(userId)) === JSON.stringify(expected),
      `shipping knows ${JSON.stringify(expected)}`,
      60_000,
    )

  before(async () => {
    stage = await openStage()
  })
  after(() => stage?.leave())

  it('given somebody who registers, then the event comes out of Kafka in version 2, its fields open with the key that a service is given, and another service knows them', async () => {
    assert.equal((await register(canaries.email)).status, 202)
    ann = await logIn(canaries.email)
    await untilShippingKnows(ann.userId, { role: 'customer', active: 1, revision: 1 })
    const [created] = await userEvents(ann.userId)
    assert.ok(created?.eventType === 'identity.user.created' && created.version === 2)
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'tester',
      client_secret: canaries.clientSecret,
    })
    serviceToken = String((await identity('POST', '/oauth/token', { form })).body.access_token)
    secrets.push(serviceToken)
    const { body } = await identity('GET', `/internal/users/${ann.userId}/key`, { token: serviceToken })
    secrets.push(String(body.key))
    const { name, email, phone } = canaries
    const key = Buffer.from(String(body.key), 'base64')
    assert.deepEqual(openSealed(created.data.personal as Sealed, key, ann.userId), { name, email, phone })
  })

  it('given the service dies between the commit and the sending, when it comes back, then the event of the registration comes out all the same, once', async () => {
    await stage.identity.restart('identity', 0, { CRASH_AT: 'relay.before-send' })
    await stage.identity.waitReady(60_000)
    // Whether the answer was out before it died is a matter of luck.
    await register('bob@example.org').catch(() => undefined)
    await until(() => stage.identity.exits.length > 1, 'the service is dead', 60_000)
    await stage.identity.restart('identity')
    await stage.identity.waitReady(60_000)
    bob = await logIn('bob@example.org')
    await untilShippingKnows(bob.userId, { role: 'customer', active: 1, revision: 1 })
    const ids = new Set((await userEvents(bob.userId)).map(({ eventId }) => eventId))
    assert.deepEqual([...ids], [`identity.user.created.${bob.userId}`])
  })

  it('given an event of version 1 in the log, when a service of today reads it, then it knows the user as if it were of version 2', async () => {
    const data = {
      userId: 'veteran',
      isAdmin: true,
      revision: 1,
      personal: { keyId: 'k', iv: 'a', tag: 'b', text: 'c' },
    }
    const old = {
      eventId: 'identity.user.created.veteran',
      eventType: 'identity.user.created',
      timestamp: new Date().toISOString(),
      version: 1,
      data,
    }
    await stage.bus.send([{ topic: old.eventType, key: data.userId, value: JSON.stringify(old) }])
    await untilShippingKnows('veteran', { role: 'admin', active: 1, revision: 1 })
    const [event] = await userEvents('veteran')
    assert.ok(event?.eventType === 'identity.user.created')
    assert.deepEqual([event.version, event.data.role, event.data.preferences.channels], [2, 'admin', ['email']])
  })

  it('given orders of two customers, then each sees, follows and cancels their own alone; staff sees all; without a token nobody does', async () => {
    const wish = { productId: 201, quantity: 1, amount: 10, userId: bob.userId }
    const placed = await order('POST', '/api/orders', { token: ann.accessToken, body: wish })
    assert.equal(placed.status, 202)
    const where = `/api/orders/${placed.body.orderId}`
    const ways: [method: string, path: string][] = [
      ['GET', where],
      ['GET', `${where}/events`],
      ['GET', `${where}/history`],
      ['GET', `${where}/stream`],
      ['POST', `${where}/cancel`],
    ]
    for (const [method, way] of ways) {
      assert.equal((await order(method, way, { token: bob.accessToken })).status, 404, `${method} ${way} by another`)
      assert.equal((await order(method, way)).status, 401, `${method} ${way} by nobody`)
    }
    const own = await order('GET', where, { token: ann.accessToken })
    assert.equal(own.body.userId, ann.userId, 'the order is for whoever asks, whatever the body says')
    const admin = await logIn('root@example.org', canaries.adminPassword)
    const listed = async (token: string) =>
      ((await order('GET', '/api/orders', { token })).body.orders as { orderId: string }[]).length
    assert.deepEqual(
      [
        await listed(ann.accessToken),
        await listed(bob.accessToken),
        await listed(serviceToken),
        await listed(admin.accessToken),
      ],
      [1, 0, 1, 1],
    )
    const payment = `${stage.shop.url('payment')}/api/payments/${placed.body.orderId}`
    const pays = (token: string) => stage.ask(payment, 'GET', { token })
    await until(async () => (await pays(ann.accessToken)).status === 200, 'the order is paid', 60_000)
    assert.equal((await pays(bob.accessToken)).status, 404)
    assert.equal((await order('POST', `${where}/cancel`, { token: ann.accessToken })).status, 202)
  })

  it('given the issuer is away, then tokens that it gave go on working', async () => {
    await stage.identity.kill('identity', 0, 'SIGKILL')
    assert.equal((await order('GET', '/api/orders', { token: ann.accessToken })).status, 200)
    await stage.identity.restart('identity')
    await stage.identity.waitReady(60_000)
  })

  it('given a user who wants to be forgotten, then their key is gone, and what the log holds of them stays sealed for ever', async () => {
    const end = { token: ann.accessToken, body: { forget: true } }
    assert.equal((await identity('POST', '/auth/me/deactivate', end)).status, 200)
    const key = await identity('GET', `/internal/users/${ann.userId}/key`, { token: serviceToken })
    assert.equal(key.status, 410)
    await untilShippingKnows(ann.userId, { role: 'customer', active: 0, revision: 2 })
  })

  it('given all that happened and many bad requests, then no secret stands in a log, a topic, or a database where it must not, and databases are private', async () => {
    const spoilt = JSON.stringify({ email: canaries.email, password: canaries.password }).slice(0, -1)
    for (const body of [spoilt, `{"password": ${canaries.password}}`, { email: 'x', password: canaries.password }]) {
      const answer = await identity('POST', '/auth/register', { body })
      assert.equal(answer.status, 400)
      assert.ok(!JSON.stringify(answer.body).includes(canaries.password))
    }
    await identity('POST', '/auth/refresh', { body: { refreshToken: ann.refreshToken } })
    await identity('GET', '/auth/me', { token: `${ann.accessToken}x` })
    await order('GET', '/api/orders', { token: `${ann.accessToken}x` })
    const found = (place: string, bytes: Buffer, of: readonly string[]) =>
      of.filter((secret) => bytes.includes(secret)).map((secret) => `${place}: ${secret.slice(0, 20)}`)

    const logs = stage.files('logs')
    assert.ok(logs.length >= 4 && logs.some(({ bytes }) => bytes.includes('User Registered')))
    assert.deepEqual(
      logs.flatMap(({ file, bytes }) => found(file, bytes, secrets)),
      [],
    )

    const records = await stage.records()
    assert.ok(records.length > 5)
    const text = (record: (typeof records)[number]) =>
      Buffer.concat([record.value ?? Buffer.alloc(0), Buffer.from(JSON.stringify(record.headers))])
    assert.deepEqual(
      records.flatMap((record) => found(record.topic, text(record), secrets)),
      [],
    )

    const databases = stage.files('data').filter(({ file }) => /\.db/.test(file))
    assert.ok(databases.length >= 4)
    const { name, email, phone, ...never } = canaries
    const kept = new Set([name, email, phone])
    const userKeys = secrets.filter((secret) => /^[\w+/]{43}=$/.test(secret))
    assert.equal(userKeys.length, 1)
    for (const { file, bytes, mode } of databases) {
      // The identity service is where names, addresses and keys live; passwords, tokens and client secrets are hashes even there.
      const isHome = path.basename(file).startsWith('identity.db')
      const forbidden = secrets.filter((secret) => !isHome || !(kept.has(secret) || userKeys.includes(secret)))
      assert.ok(Object.values(never).every((secret) => forbidden.includes(secret)))
      assert.deepEqual(found(file, bytes, forbidden), [])
      if (process.platform !== 'win32') assert.equal(mode, 0o600, file)
    }
  })
})
