import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { probe } from '../../../cli/broker/probe.ts'
import type { FaultState } from '../../../cli/shop/faults/fault-desk.ts'
import { createJsonClient } from '../../../cli/shop/http-client.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { runLab } from '../../run-lab.ts'

/** `lab demo` with the lab's own broker, broken from other terminals. */
const MAIN = path.resolve(import.meta.dirname, '../../../cli/main.ts')
const dir = mkdtempSync(path.join(tmpdir(), 'demo-toggles-'))
/** Java, also where a Docker engine answers. */
const env = { LAB_DIR: dir, KAFKA_BROKERS: undefined, DOCKER_HOST: 'tcp://127.0.0.1:1' }
const PATIENCE_MS = 90_000
let demo: ChildProcess
let brokers = ''
let url = ''

before(async () => {
  const args = ['demo', '--core', '--json', '--no-dashboard', '--orders', '0']
  demo = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  createInterface({ input: demo.stdout! }).on('line', (line) => {
    const said = JSON.parse(line) as { type: string; brokers: string; services: { name: string; url: string }[] }
    if (said.type !== 'ready') return
    brokers = said.brokers
    url = said.services.find(({ name }) => name === 'order')?.url ?? ''
  })
  await until(() => url !== '', 'the shop is ready', PATIENCE_MS)
})

after(async () => {
  demo?.kill('SIGKILL')
  await runLab(['down'], env)
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
})

const lab = async <T>(code: number, ...args: string[]): Promise<T> => {
  const ended = await runLab([...args, '--json'], env)
  assert.equal(ended.code, code, ended.err)
  return JSON.parse(ended.out)
}

const isSilent = async (): Promise<boolean> => (await probe(brokers, 500)).kind === 'silent'

const order = async (): Promise<string> => {
  const client = createJsonClient(url, 1)
  try {
    const body = JSON.stringify({ userId: 'ann', productId: 201, quantity: 1, amount: 750 })
    return (JSON.parse((await client.post('/api/orders', body)).body) as { orderId: string }).orderId
  } finally {
    client.close()
  }
}

const ends = async (orderId: string, status: string): Promise<void> => {
  const client = createJsonClient(url, 1)
  const isSo = async () => JSON.parse((await client.get(`/api/orders/${orderId}`)).body).status === status
  await until(isSo, `${orderId} is ${status}`, PATIENCE_MS).finally(() => client.close())
}

test('given a demo that runs, when the toggles are listed elsewhere, then all can be used but those of the whole shop', async () => {
  const { faults } = await lab<{ faults: FaultState[] }>(0, 'break')
  const others = faults.filter(({ phase }) => phase !== 'off')
  assert.deepEqual(
    others.filter(({ reason }) => !/only the whole shop has/.test(reason ?? '')),
    [],
  )
  assert.match((await runLab(['break'], env)).out, /^○ +decline +payment +The payment service declines/)
})

test('given a demo that runs, when a toggle is set elsewhere, then it says that it is confirmed, and orders feel it until it is mended', async () => {
  const { code, out } = await runLab(['break', 'decline', '--set', 'percent=100', '--for', '0', '--seed', '5'], env)
  assert.equal(code, 0)
  assert.match(out, /● Payment declined \(decline\) +payment +confirmed, 0 injected, until it is mended/)
  await ends(await order(), 'CANCELLED')
  const { faults } = await lab<{ faults: FaultState[] }>(0, 'break')
  const decline = faults.find(({ id }) => id === 'decline')
  assert.deepEqual([decline?.phase, decline?.seed], ['confirmed', 5])
  assert.match((await runLab(['mend', 'all'], env)).out, /○ Payment declined \(decline\) +payment +mended/)
  assert.equal((await runLab(['mend', 'all'], env)).out, 'Nothing was broken.\n')
  await ends(await order(), 'CONFIRMED')
})

test('given the lab’s own broker, when it is restarted, then another process answers and the shop goes on', async () => {
  const pid = async () => (await lab<{ broker: { pid: number } }>(0, 'status')).broker.pid
  const before = await pid()
  const state = await lab<FaultState>(0, 'break', 'broker-restart')
  assert.equal(state.phase, 'confirmed')
  assert.notEqual(await pid(), before)
  await ends(await order(), 'CONFIRMED')
})

test('given the lab’s own broker, when it is frozen, then it is silent until it is mended, or until the demo is gone, however it ends', async () => {
  await lab(0, 'break', 'broker-freeze', '--for', '0')
  assert.ok(await isSilent())
  const orderId = await order()
  await lab(0, 'mend', 'broker-freeze')
  await until(async () => !(await isSilent()), 'the broker answers again', PATIENCE_MS)
  await ends(orderId, 'CONFIRMED')
  await lab(0, 'break', 'broker-freeze', '--for', '0')
  assert.ok(await isSilent())
  const gone = new Promise((resolve) => demo.once('close', resolve))
  demo.kill('SIGKILL')
  await gone
  await until(async () => !(await isSilent()), 'the broker goes on', PATIENCE_MS)
  const refused = await lab<{ error: { code: string } }>(3, 'break', 'kill')
  assert.equal(refused.error.code, 'no-shop')
})
