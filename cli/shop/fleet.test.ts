import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { it, type TestContext } from 'node:test'
import { until } from '../../kit/kafka/scratch.ts'
import { type FleetOptions, startFleet } from './fleet.ts'
import { endServices, findShop } from './leftovers.ts'
import { statusOf } from './ready.ts'
import { readShopFile } from './shop-file.ts'
import { CORE_PORTS } from './usual-ports.ts'

/** Nobody listens there: services start, serve, and wait for a Kafka. */
const NO_KAFKA = ['127.0.0.1:9']

function folders(t: TestContext) {
  const dir = mkdtempSync(path.join(tmpdir(), 'fleet-'))
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  return { dir: path.join(dir, 'data'), logDir: path.join(dir, 'logs'), shopFile: path.join(dir, 'shop.json') }
}

async function start(t: TestContext, options: Partial<FleetOptions>) {
  const fleet = await startFleet({ brokers: NO_KAFKA, ports: 'free', ...folders(t), ...options })
  t.after(() => fleet.stop())
  return fleet
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

it('given a service that dies at its start, when it is waited for, then the error carries the end of its log', async (t) => {
  const fleet = await start(t, { services: [{ name: 'payment', env: { PAYMENT_FAIL_RATE: '7' } }] })
  await assert.rejects(fleet.waitReady(), {
    code: 'service-died',
    message: /payment service ended with exit code 1/,
    remedy: /PAYMENT_FAIL_RATE=7/,
  })
  assert.deepEqual(
    fleet.exits.map(({ name, code, asked }) => [name, code, asked]),
    [['payment', 1, false]],
  )
})

it('given no Kafka, when the shop is waited for, then the error says which service is not ready, and stop ends it with 0', async (t) => {
  const fleet = await start(t, { services: [{ name: 'notification' }] })
  const saidWhy = () => readFileSync(fleet.services[0]!.logFile, 'utf8').includes('ECONNREFUSED')
  await until(saidWhy, 'its log says why it is not ready')
  await assert.rejects(fleet.waitReady(1), {
    code: 'not-ready',
    message: /notification/,
    remedy: /ECONNREFUSED/,
  })
  assert.deepEqual(
    (await fleet.stop()).map(({ code, asked }) => [code, asked]),
    [[0, true]],
  )
  await assert.rejects(fleet.restart('notification'), { code: 'stopped' })
})

it('given a port that another program holds, when the shop starts, then it takes a free one and says so', async (t) => {
  const holder = createServer()
  t.after(() => holder.close())
  holder.on('error', () => {}) // it is taken already, which is as good
  holder.listen(CORE_PORTS.payment, '127.0.0.1')
  await Promise.race([once(holder, 'listening').catch(() => {}), once(holder, 'error')])
  const told: (string | number)[] = []
  const onPort = (...words: [string, number, number]) => told.push(...words)
  const fleet = await start(t, { services: [{ name: 'payment' }], ports: 'usual', onPort })
  const { port, url } = fleet.services[0]!
  if (!holder.listening && told.length === 0) return t.skip('whoever held the port left in between')
  assert.deepEqual(told, ['payment', CORE_PORTS.payment, port])
  await until(async () => (await statusOf(`${url}/live`)) === 200, 'it serves there')
})

it('given several instances, when one is killed and started again, then places, ports and the record stay right', async (t) => {
  const options = folders(t)
  const fleet = await start(t, { services: [{ name: 'payment', instances: 2 }], ...options })
  const [first, second] = fleet.services
  assert.deepEqual([path.basename(first!.logFile), path.basename(second!.logFile)], ['payment-0.log', 'payment-1.log'])
  await fleet.kill('payment', 1)
  await fleet.restart('payment', 1, { LOG_LEVEL: 'silent' })
  const again = fleet.services[1]!
  assert.equal(again.port, second!.port)
  assert.notEqual(again.pid, second!.pid)
  assert.deepEqual(
    readShopFile(options.shopFile)?.services.map(({ pid }) => pid),
    [first!.pid, again.pid],
  )
  assert.throws(() => fleet.url('shipping'), RangeError)
  await fleet.stop()
  assert.equal(readShopFile(options.shopFile), undefined)
})

it('given a frozen service, when the shop is stopped, then it is woken and ends in order', async (t) => {
  const fleet = await start(t, { services: [{ name: 'payment' }] })
  await until(async () => (await statusOf(`${fleet.url('payment')}/live`)) === 200, 'it serves')
  await fleet.kill('payment', 0, 'SIGSTOP')
  assert.deepEqual(
    (await fleet.stop()).map(({ code }) => code),
    [0],
  )
})

it('given an abort, when the shop runs, then it is stopped; lines that a service wrote were told', async (t) => {
  const stop = new AbortController()
  const lines: string[] = []
  const onLine = (_name: string, _instance: number, line: string) => lines.push(line)
  const fleet = await start(t, { services: [{ name: 'order' }], signal: stop.signal, onLine })
  await until(() => lines.some((line) => line.includes('listening')), 'a line')
  stop.abort()
  await until(() => isGone(fleet.services[0]!.pid), 'the end of it')
})

/** Starts the shop in a process of its own, and kills that with -9. */
async function orphan(t: TestContext) {
  const options = folders(t)
  const script = `
    import { startFleet } from ${JSON.stringify(path.resolve(import.meta.dirname, 'fleet.ts'))}
    await startFleet(${JSON.stringify({ brokers: NO_KAFKA, ports: 'free', services: [{ name: 'payment' }], ...options })})
    console.log('started')`
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(parent.stdout!, 'data')
  const { pid } = JSON.parse(readFileSync(options.shopFile, 'utf8')).services[0] as { pid: number }
  return { parent, pid, ...options }
}

it('given a parent that is killed with -9, when it is gone, then its services end by themselves, also a frozen one', async (t) => {
  const { parent, pid, shopFile } = await orphan(t)
  process.kill(pid, 'SIGSTOP')
  parent.kill('SIGKILL')
  await until(() => isGone(pid), 'the end of the service')
  assert.equal(await findShop(shopFile), undefined)
})

it('given a record of services that live, when the shop is ended by it, then they are, and another process is left alone', async (t) => {
  const { pid, shopFile, parent } = await orphan(t)
  t.after(() => parent.kill('SIGKILL'))
  assert.equal((await findShop(shopFile))?.orphaned, true, 'a parent that is not `lab` counts as none')
  assert.deepEqual(await endServices(shopFile), ['payment'])
  await until(() => isGone(pid), 'the end of it')
  assert.deepEqual(await endServices(shopFile), [])
})

it('given a service that is scaled, then further instances get ports, logs and a place in the shop file, and leave again in order', async (t) => {
  const where = folders(t)
  const fleet = await start(t, { ...where, services: [{ name: 'payment' }, { name: 'notification' }] })
  const instances = () => fleet.services.filter(({ name }) => name === 'payment').map(({ instance }) => instance)
  await fleet.scale('payment', 3)
  assert.deepEqual(instances(), [0, 1, 2])
  assert.equal(new Set(fleet.services.map(({ port }) => port)).size, 4)
  assert.equal(new Set(fleet.services.map(({ logFile }) => logFile)).size, 4)
  assert.equal(readShopFile(where.shopFile)?.services.length, 4)
  const third = fleet.services.find(({ name, instance }) => name === 'payment' && instance === 2)
  await fleet.scale('payment', 1)
  assert.deepEqual(instances(), [0])
  await until(() => isGone(third?.pid ?? 0), 'the end of the third')
  assert.deepEqual(new Set(fleet.exits.map(({ asked }) => asked)), new Set([true]))
  assert.equal(readShopFile(where.shopFile)?.services.length, 2)
  await assert.rejects(fleet.scale('bakery', 2), RangeError)
})
