import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type express from 'express'
import { pino } from 'pino'
import { until } from '../../kit/kafka/scratch.ts'
import type { Caller } from '../../kit/service/http/caller.ts'
import { createShell } from '../../kit/service/http/shell.ts'
import { createLimits } from './limits.ts'
import { gatewaySettings } from './settings.ts'

const hasRedis = spawnSync('redis-server', ['--version']).status === 0
const skip = hasRedis ? false : 'there is no redis-server on PATH'

const freePort = async (): Promise<number> => {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('data', () => end(true))
    socket.once('error', () => end(false))
  })

/** A real Redis of this test alone, that can be stopped, frozen and started again on its port. */
const startRedis = async (t: TestContext) => {
  const dir = mkdtempSync(join(tmpdir(), 'gateway-redis-'))
  const port = await freePort()
  let child: ChildProcess
  const start = async (): Promise<void> => {
    child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir], {
      stdio: 'ignore',
    })
    await until(() => answers(port), 'Redis answers')
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await start()
  t.after(async () => {
    await stop()
    rmSync(dir, { recursive: true, force: true })
  })
  return { url: `redis://127.0.0.1:${port}`, start, stop, signal: (signal: NodeJS.Signals) => child.kill(signal) }
}

/** A server with nothing but the limits; who asks stands in a header. */
const startGate = async (t: TestContext, env: Record<string, string>) => {
  const said: string[] = []
  const log = pino({ level: 'info' }, { write: (line) => void said.push(line) })
  const limits = await createLimits(gatewaySettings.parse(env), { limited: () => undefined }, log)
  const mount = (app: express.Express): void => {
    app.use((request, response, next) => {
      const [role, sub] = String(request.headers['x-who'] ?? '').split(':')
      const caller = sub === undefined ? null : ({ sub, role, scopes: [] } as unknown as Caller)
      response.locals.visit = { caller }
      next()
    })
    app.get('/', limits.guard, (_request, response) => void response.json({}))
  }
  const app = createShell({
    ...{ service: 'gate', mount, isReady: () => true, isAlive: () => true },
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    onError: (error) => assert.fail(String(error)),
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    limits.close()
    server.close().closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const ask = (who?: string) => fetch(url, who === undefined ? {} : { headers: { 'x-who': who } })
  const taken = async (times: number, who: string): Promise<number> => {
    const all = await Promise.all(Array.from({ length: times }, () => ask(who)))
    return all.filter(({ status }) => status === 200).length
  }
  return { ask, taken, said }
}

/** A window so long that no test outlives it. */
const slow = { RATE_LIMIT_USER: '1', RATE_LIMIT_BURST: '600' }

test('given no Redis, when one user comes too often, then 429 says when to come again, and others are let in', async (t) => {
  const { ask, taken } = await startGate(t, {
    RATE_LIMIT_USER: '10',
    RATE_LIMIT_BURST: '20',
    RATE_LIMIT_SERVICE: '1000',
  })
  assert.equal(await taken(25, 'customer:ann'), 20)
  const refused = await ask('customer:ann')
  assert.equal(refused.status, 429)
  const wait = Number(refused.headers.get('retry-after'))
  assert.ok(wait >= 1 && wait <= 2)
  assert.match(refused.headers.get('ratelimit') ?? '', /^"user"; r=0; t=[12]$/)
  assert.match(refused.headers.get('ratelimit-policy') ?? '', /^"user"; q=20; w=2; pk=/)
  assert.match(refused.headers.get('content-type') ?? '', /problem\+json/)
  assert.equal(await taken(1, 'customer:bob'), 1)
  assert.equal(await taken(100, 'service:lab'), 100)
  await until(async () => (await ask('customer:ann')).status === 200, 'ann is let in again', 10_000)
})

test('given callers without a token, then they are counted by their address, whatever address they claim', async (t) => {
  const { ask } = await startGate(t, { RATE_LIMIT_IP: '5' })
  const all = await Promise.all(Array.from({ length: 30 }, () => ask()))
  assert.ok(all.filter(({ status }) => status === 429).length >= 15)
  assert.match(all[0]!.headers.get('ratelimit') ?? '', /^"address"; /)
})

test('given two gateways and a Redis, then they count together', { skip }, async (t) => {
  const redis = await startRedis(t)
  const env = { ...slow, REDIS_URL: redis.url, RATE_LIMIT_USER: '1', RATE_LIMIT_BURST: '60' }
  const [one, other] = [await startGate(t, env), await startGate(t, env)]
  await until(
    async () => (await one.taken(1, 'customer:warm')) === 1 && (await other.ask('customer:warm')).status === 200,
    'up',
  )
  await until(
    async () => remaining(await one.ask('customer:w')) - remaining(await other.ask('customer:w')) === 1,
    'joined',
  )
  const taken = (await one.taken(50, 'customer:ann')) + (await other.taken(50, 'customer:ann'))
  assert.equal(taken, 60)
})

const remaining = ({ headers }: Response): number => Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])

test('given a Redis that dies, hangs or comes back empty, then limits go on, with a warning and never a 500', {
  skip,
}, async (t) => {
  const redis = await startRedis(t)
  const { ask, taken, said } = await startGate(t, { ...slow, REDIS_URL: redis.url })
  const warned = () => said.filter((line) => line.includes('Redis does not answer')).length
  const back = () => said.filter((line) => line.includes('Redis answers again')).length
  assert.equal(await taken(10, 'customer:ann'), 10)
  await redis.stop()
  assert.equal(await taken(50, 'customer:ann'), 50)
  await until(() => warned() >= 1, 'the warning')
  assert.equal(await taken(700, 'customer:bob'), 600)
  await redis.start()
  await until(() => back() >= 1, 'Redis is back')
  const before = remaining(await ask('customer:new'))
  assert.ok(before > 0)
  const [warnings, returns] = [warned(), back()]
  redis.signal('SIGSTOP')
  const begun = performance.now()
  assert.equal(await taken(20, 'customer:carl'), 20)
  assert.ok(performance.now() - begun < 5_000)
  const isTold = async () => {
    // Right after it came back it may still have been at rest: then nobody had noticed yet.
    await ask('customer:eve')
    return warned() > warnings
  }
  await until(isTold, 'the warning that it hangs')
  redis.signal('SIGCONT')
  await until(async () => (await taken(1, 'customer:dan')) === 1 && back() > returns, 'Redis is asked again')
})

test('given a Redis that is not there at the start, then the gateway starts without it', { skip }, async (t) => {
  const { taken, said } = await startGate(t, { ...slow, REDIS_URL: `redis://127.0.0.1:${await freePort()}` })
  assert.equal(await taken(700, 'customer:ann'), 600)
  assert.ok(said.some((line) => line.includes('Redis does not answer')))
})
