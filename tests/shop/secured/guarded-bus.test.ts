import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import kafkajs from 'kafkajs'
import type { Bus, KafkaFault } from '../../../kit/kafka/bus.ts'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { type SecuredBroker, startSecuredBroker } from './secured-broker.ts'

const { AclOperationTypes: May, AclResourceTypes: On } = kafkajs
const PASSWORD = 'open sesame'
const USERS = ['whole', 'mute', 'deaf', 'groupless'] as const
type User = (typeof USERS)[number]

let dir: string
let broker: SecuredBroker

/** What each user may do. The last three lack one right each. */
const RIGHTS: Readonly<Record<User, readonly [may: number, on: number, name: string][]>> = {
  whole: [
    [May.WRITE, On.TOPIC, 'orders'],
    [May.READ, On.TOPIC, 'orders'],
    [May.READ, On.GROUP, 'readers'],
  ],
  mute: [[May.READ, On.TOPIC, 'orders']],
  deaf: [
    [May.WRITE, On.TOPIC, 'orders'],
    [May.READ, On.GROUP, 'readers'],
  ],
  groupless: [[May.READ, On.TOPIC, 'orders']],
}

before(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'lab-secured-'))
  broker = await startSecuredBroker(dir, Object.fromEntries(USERS.map((user) => [user, PASSWORD])))
  const admin = new kafkajs.Kafka({ brokers: [broker.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 3 }], waitForLeaders: true })
  await admin.createAcls({
    acl: Object.entries(RIGHTS).flatMap(([user, rights]) =>
      rights.map(([operation, resourceType, resourceName]) => ({
        resourceType,
        resourceName,
        resourcePatternType: kafkajs.ResourcePatternTypes.LITERAL,
        principal: `User:${user}`,
        host: '*',
        operation,
        permissionType: kafkajs.AclPermissionTypes.ALLOW,
      })),
    ),
  })
  await admin.disconnect()
})

after(async () => {
  await broker?.stop()
  await rm(dir, { recursive: true, force: true })
})

function busOf(t: TestContext, username: string, password = PASSWORD): Bus {
  const sasl = { mechanism: 'plain', username, password } as const
  const bus = createBus({ brokers: [broker.guarded], clientId: `test-${username}`, log: () => undefined, sasl })
  t.after(() => bus.close())
  return bus
}

const order = { topic: 'orders', key: 'o1', value: '{}' }

/** Consumes and resolves with what the consumer could not do; fails when nothing is said of it in time. */
async function troubleOf(bus: Bus, group: string): Promise<KafkaFault> {
  const fatal = Promise.withResolvers<KafkaFault>()
  const { ready } = await bus.consume({
    group,
    topics: ['orders'],
    startDeadlineMs: 3_000,
    onRecords: async () => undefined,
    onFatal: fatal.resolve,
  })
  return ready.then(
    () => fatal.promise,
    (fault: KafkaFault) => fault,
  )
}

test('given a user with every right that it needs, when it sends and consumes, then the record comes', async (t) => {
  const bus = busOf(t, 'whole')
  await bus.send([order])
  const got = Promise.withResolvers<string>()
  const consumption = await bus.consume({
    group: 'readers',
    topics: ['orders'],
    onRecords: async ({ records }) => got.resolve(String(records[0]?.key)),
  })
  await consumption.ready
  assert.equal(await got.promise, 'o1')
})

test('given a wrong password, when it sends, then it is told so and asked to check it', async (t) => {
  await assert.rejects(busOf(t, 'whole', 'wrong').send([order]), { code: 'not-authorized', message: /password/ })
})

test('given no right to write, when it sends, then the fault names the topic', async (t) => {
  await assert.rejects(busOf(t, 'mute').send([order]), { code: 'not-authorized', message: /orders/ })
})

test('given no right to read the topic, when it consumes, then it does not hang: the fault names the right that may be missing', async (t) => {
  const fault = await troubleOf(busOf(t, 'deaf'), 'readers')
  assert.ok(['not-authorized', 'start-deadline'].includes(fault.code), fault.code)
  assert.match(fault.message, /ACL/)
})

test('given no right to the group, when it consumes, then it does not hang: the fault names the right that may be missing', async (t) => {
  const fault = await troubleOf(busOf(t, 'groupless'), 'readers')
  assert.ok(['not-authorized', 'start-deadline'].includes(fault.code), fault.code)
  assert.match(fault.message, /lacks READ on the group/)
})

test('given a client that does not log in at the guarded door, when it sends, then it fails within its deadline', async (t) => {
  const bus = createBus({
    brokers: [broker.guarded],
    clientId: 'stranger',
    log: () => undefined,
    requestTimeoutMs: 2_000,
  })
  t.after(() => bus.close())
  await assert.rejects(bus.send([order]), { name: 'KafkaFault' })
})
