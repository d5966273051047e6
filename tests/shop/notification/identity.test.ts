import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, it } from 'node:test'
import { startFleet } from '../../../cli/shop/fleet.ts'
import { createJsonClient, type JsonClient } from '../../../cli/shop/http-client.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { type SmtpFixture, startSmtp } from './smtp.fixture.ts'
import { type Stage, startStage } from './stage.ts'

/** The real identity service beside it: somebody registers, gets mail, and is forgotten. */
let smtp: SmtpFixture
let stage: Stage
let identity: JsonClient
const ann = { email: 'ann.canary@example.org', name: 'Ann Canary', password: 'correct horse battery', phone: null }

before(async () => {
  smtp = await startSmtp()
  stage = await startStage(
    { SMTP_URL: smtp.url },
    {
      beside: async ({ brokers, dir, clientSecret }) => {
        const secretHash = createHash('sha256').update(clientSecret).digest('base64url')
        const clients = path.join(dir, 'clients.json')
        const client = { clientId: 'notification', secretHash, scopes: ['user-key:read'] }
        writeFileSync(clients, JSON.stringify([client]), { mode: 0o600 })
        const fleet = await startFleet({
          brokers: [brokers],
          dir: path.join(dir, 'identity'),
          logDir: path.join(dir, 'logs'),
          ports: 'free',
          services: [{ name: 'identity' }],
          env: { SHOP: 'whole', CLIENTS_FILE: clients, LOG_LEVEL: 'warn', TOPIC_PARTITIONS: '2' },
        })
        await fleet.waitReady(60_000)
        identity = createJsonClient(fleet.url('identity'), 1)
        return { env: { IDENTITY_URL: fleet.url('identity') }, stop: () => fleet.stop() }
      },
    },
  )
})
after(async () => {
  identity?.close()
  await stage?.stop()
  await smtp?.stop()
})

const post = async (route: string, body: object, token?: string): Promise<{ status: number; body: string }> =>
  identity.post(route, JSON.stringify(body), token === undefined ? {} : { authorization: `Bearer ${token}` })

const order = (orderId: string, userId: string) => ({ orderId, userId, productId: 201, quantity: 2, amount: 20 })
/** What the service knows of a user, by its own database. */
const userIs = (userId: string, status: string) =>
  until(() => {
    const database = new DatabaseSync(path.join(stage.dir, 'data', 'notification.db'), { readOnly: true })
    const row = database.prepare('select status from readers where user_id = ?').get(userId)
    database.close()
    return row?.status === status
  }, `the user is ${status}`)
const ended = (orderId: string, status: string) =>
  until(async () => (await stage.messages(`orderId=${orderId}`))[0]?.status === status, `${orderId} is ${status}`)

it('given somebody who registered, when an order completes, then the mail finds them; once they are forgotten, none does, and nothing of them is left here', async () => {
  assert.equal((await post('/auth/register', ann)).status, 202)
  const login = await post('/auth/login', { email: ann.email, password: ann.password })
  assert.equal(login.status, 200, login.body)
  const { accessToken, userId } = JSON.parse(login.body) as { accessToken: string; userId: string }
  await userIs(userId, 'active')
  await stage.publish('order.order.completed', order('i-1', userId))
  await ended('i-1', 'SENT')
  await until(() => smtp.to(ann.email).length === 1, 'the mail')
  assert.match(smtp.to(ann.email)[0]!.raw, /Dear Ann Canary,/)

  const left = await post('/auth/me/deactivate', { forget: true, password: ann.password }, accessToken)
  assert.equal(left.status, 200, left.body)
  await userIs(userId, 'forgotten')
  await stage.publish('order-cancelled', { ...order('i-2', userId), reason: 'no stock' })
  await ended('i-2', 'DROPPED')
  assert.equal((await stage.messages('orderId=i-2'))[0]?.reason, 'the user is forgotten')
  assert.equal(smtp.to(ann.email).length, 1)

  const data = path.join(stage.dir, 'data')
  const files = readdirSync(data).map((file) => readFileSync(path.join(data, file), 'latin1'))
  for (const canary of ['Canary', 'ann.canary']) {
    assert.ok(!files.some((bytes) => bytes.includes(canary)), `${canary} in the database`)
    assert.ok(!stage.lines.some((line) => line.includes(canary)), `${canary} in what was printed`)
  }
})
