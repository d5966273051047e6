import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { until } from '../../../kit/kafka/scratch.ts'
import { type CrashPoint, crashPoints, createFaults } from '../../../kit/service/faults.ts'
import { createApp } from '../../../kit/service/http/app.ts'
import { controlDoor } from '../../../kit/service/http/control.ts'
import { createSwitches, type Switches } from '../../../kit/service/switches/switches.ts'
import type { BreakableShop, Member } from './breakable-shop.ts'
import { createFaultDesk } from './desk.ts'
import { remoteDesk } from './desk-client.ts'
import { readDeskFile } from './desk-file.ts'
import { serveDesk } from './desk-server.ts'
import type { FaultState } from './fault-desk.ts'
import { hostDesk, openDesk } from './host.ts'

const TOKEN = 'a-token-of-some-length'

/** A shop of one service, whose process is this one: its door is real, its ends and starts are only noted. */
const openShop = async (t: TestContext, over: Partial<BreakableShop> = {}) => {
  const deaths: CrashPoint[] = []
  const faults = createFaults({ kill: (point) => deaths.push(point) })
  const switches: Switches = createSwitches(faults)
  const app = createApp({
    ...{ service: 'payment', version: '1', routes: [], isReady: () => true, isAlive: () => true },
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    onError: (error) => assert.fail(String(error)),
    control: controlDoor(TOKEN, switches.board),
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const member = { name: 'payment', instance: 0, pid: process.pid, url, isRunning: true }
  const done: string[] = []
  const shop: BreakableShop = {
    kind: 'reference',
    brokers: ['127.0.0.1:1'],
    token: TOKEN,
    broker: 'It is somebody else’s.',
    members: (): Member[] => [{ ...member }],
    signal: async (_place, signal) => void done.push(signal),
    end: async (_place, signal) => {
      done.push(signal)
      member.isRunning = false
    },
    start: async () => {
      done.push('start')
      member.isRunning = true
    },
    ...over,
  }
  const desk = createFaultDesk(shop)
  const told: FaultState[] = []
  desk.onChange((state) => told.push(state))
  t.after(async () => {
    await desk.close()
    server.close().closeAllConnections()
  })
  const stateOf = async (id: string) => (await desk.list()).find((state) => state.id === id)!
  return { shop, desk, told, done, switches, faults, deaths, member, stateOf }
}

test('given a switch, when it is injected and mended, then it is asked, confirmed by the service, counted, and off', async (t) => {
  const { desk, told, switches, stateOf } = await openShop(t)
  const state = await desk.inject('slow', { ms: 100, seed: 4 })
  assert.deepEqual(switches.slow.on, { ms: 100 })
  assert.deepEqual([state.phase, state.target, state.injected, state.seed], ['confirmed', 'payment', 0, 4])
  assert.ok(state.mendsAt !== undefined && state.since !== undefined && state.mendsAt - state.since === 60_000)
  switches.slow.injected = 3
  await until(() => told.at(-1)?.injected === 3, 'the count is told')
  await desk.mend('slow')
  assert.equal(switches.slow.on, null)
  assert.deepEqual([...new Set(told.map(({ phase }) => phase))], ['asked', 'confirmed', 'off'])
  assert.equal((await stateOf('slow')).mendsAt, undefined)
})

test('given a time, when it is over, then a toggle is mended by itself; given 0, then it stays', async (t) => {
  const { desk, switches, stateOf } = await openShop(t)
  await desk.inject('no-inbox', { service: 'payment', forSeconds: 0.3 })
  const { mendsAt } = await desk.inject('no-retry', { forSeconds: 0 })
  assert.equal(mendsAt, undefined)
  await until(async () => (await stateOf('no-inbox')).phase === 'off', 'it is mended')
  assert.equal(switches.inbox.on, null)
  assert.notEqual(switches.retry.on, null)
})

test('given a process that is ended, when the toggle is mended, then it starts; mending twice is mending once', async (t) => {
  const { desk, done } = await openShop(t)
  await desk.inject('kill', { forSeconds: 0 })
  await desk.mend('all')
  await desk.mend('kill')
  assert.deepEqual(done, ['SIGKILL', 'start'])
})

test('given each of the twelve points, when a crash is injected, then the service dies when it passes that one, the time that was said', async (t) => {
  const { desk, faults, deaths } = await openShop(t)
  for (const point of crashPoints) {
    await desk.inject('crash', { point, nth: 2, forSeconds: 0 })
    for (const passed of [...crashPoints, ...crashPoints]) faults.passing(passed)
  }
  assert.deepEqual(deaths, crashPoints)
})

test('given a process that somebody else started again, then the toggle goes off by itself', async (t) => {
  const { desk, member, stateOf } = await openShop(t)
  await desk.inject('pause', { service: 'payment', forSeconds: 0 })
  member.isRunning = true
  await until(async () => (await stateOf('pause')).phase === 'off', 'it is off')
})

test('given a service that is down, when a toggle is injected, then it is refused, off, and the reason stays to be read', async (t) => {
  const { desk, member, stateOf } = await openShop(t)
  member.isRunning = false
  await assert.rejects(desk.inject('slow', {}), { code: 'not-confirmed', exit: 3, message: /payment does not run/ })
  const { phase, reason } = await stateOf('slow')
  assert.equal(phase, 'off')
  assert.match(String(reason), /does not run/)
  await assert.rejects(desk.inject('kill', { service: 'order' }), {
    code: 'usage',
    exit: 2,
    message: /no service order/,
  })
  await assert.rejects(desk.inject('kill', { instance: 4 }), { code: 'usage', exit: 2, message: /no process 4/ })
})

test('given another token in the shop, when a switch is injected, then the service refuses it', async (t) => {
  const { desk, switches } = await openShop(t, { token: 'another-token-of-some-length' })
  await assert.rejects(desk.inject('slow', {}), { code: 'refused', message: /payment refuses the toggle: .*token/ })
  assert.equal(switches.slow.on, null)
})

test('given a shop without doors and with a strange broker, then what works from outside is there, and the rest says why not', async (t) => {
  const { desk } = await openShop(t, { kind: 'student', token: null })
  const states = await desk.list()
  const ids = (phase: string) => states.filter((state) => state.phase === phase).map(({ id }) => id)
  assert.deepEqual(ids('off'), ['kill', 'freeze', 'pause', 'duplicate', 'reorder', 'poison'])
  assert.equal(ids('off').length + ids('unavailable').length, states.length)
  for (const { phase, reason } of states) assert.equal(phase === 'unavailable', reason !== undefined && reason !== '')
  await assert.rejects(desk.inject('decline', {}), { code: 'unavailable', exit: 2, remedy: /reference shop/ })
  await assert.rejects(desk.inject('broker-freeze', {}), { code: 'unavailable', exit: 2, remedy: /somebody else/ })
})

test('given a desk that is served, when another program works it, then it does the same, hears of changes, and errors keep their words', async (t) => {
  const { desk, switches } = await openShop(t)
  const server = await serveDesk(desk, TOKEN)
  t.after(() => server.close())
  const remote = remoteDesk({ url: server.url, token: TOKEN })
  const heard: FaultState[] = []
  const stop = remote.onChange((state) => heard.push(state))
  const state = await remote.inject('slow', { ms: 5 })
  assert.equal(state.phase, 'confirmed')
  assert.deepEqual(await remote.list(), await desk.list())
  // The first change may come before the line is open.
  await until(async () => {
    await remote.inject('slow', { ms: 7 })
    return heard.some(({ settings }) => settings.ms === 7)
  }, 'the change is heard')
  await remote.mend('all')
  assert.equal(switches.slow.on, null)
  await assert.rejects(remote.inject('slow', { ms: 0 }), { name: 'LabError', code: 'usage', exit: 2, message: /ms/ })
  await assert.rejects(remoteDesk({ url: server.url, token: 'x' }).list(), { code: 'token' })
  stop()
  await remote.close()
  await server.close()
  await assert.rejects(remoteDesk({ url: server.url, token: TOKEN }).list(), { code: 'no-shop', exit: 3 })
})

test('given a hosted desk, then others find it by a file that only its owner can read, and not once it is closed', async (t) => {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'desk-'))
  t.after(() => rmSync(stateDir, { recursive: true }))
  await assert.rejects(openDesk({ stateDir }), { code: 'no-shop' })
  const { shop } = await openShop(t)
  const first = await hostDesk({ stateDir }, shop)
  assert.equal(statSync(path.join(stateDir, 'desk.json')).mode & 0o777, 0o600)
  assert.equal((await (await openDesk({ stateDir })).list()).length, (await first.desk.list()).length)
  const second = await hostDesk({ stateDir }, shop)
  await first.close()
  assert.notEqual(readDeskFile(stateDir), undefined)
  await second.close()
  await assert.rejects(openDesk({ stateDir }), { code: 'no-shop' })
})
