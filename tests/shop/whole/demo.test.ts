import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { until } from '../../../kit/kafka/scratch.ts'
import { runLab } from '../../run-lab.ts'

const MAIN = path.resolve(import.meta.dirname, '../../../cli/main.ts')
const PATIENCE_MS = 90_000

interface Said {
  readonly type: string
  readonly services: readonly { readonly name: string; readonly url: string; readonly pid: number }[]
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('given lab demo, when a stranger follows the README, then their order is confirmed without a token, the gateway asks for one, and Ctrl-C leaves nothing', {
  timeout: 240_000,
}, async (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'whole-demo-'))
  const env = { LAB_DIR: dir, KAFKA_BROKERS: undefined, DOCKER_HOST: 'tcp://127.0.0.1:1' }
  const demo = spawn(process.execPath, [MAIN, 'demo', '--json', '--no-dashboard', '--orders', '0'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(async () => {
    demo.kill('SIGKILL')
    await runLab(['down'], env)
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  })
  let ready: Said | undefined
  createInterface({ input: demo.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Said
    if (said.type === 'ready') ready = said
  })
  await until(() => ready !== undefined, 'the shop is ready', PATIENCE_MS)
  const { services } = ready as Said
  assert.equal(services.length, 9)
  const urlOf = (name: string): string => services.find((one) => one.name === name)?.url ?? ''

  const wish = { productId: 201, quantity: 2, amount: 1500, userId: 'somebody-else' }
  const place = (url: string): Promise<Response> =>
    fetch(`${url}/api/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wish),
    })
  const taken = await place(urlOf('order'))
  assert.equal(taken.status, 202)
  const { orderId } = (await taken.json()) as { orderId: string }
  const orderNow = async () =>
    (await (await fetch(`${urlOf('order')}/api/orders/${orderId}`)).json()) as { status: string; userId: string }
  await until(async () => (await orderNow()).status === 'CONFIRMED', 'it is confirmed', PATIENCE_MS)
  assert.equal((await orderNow()).userId, 'guest')
  assert.equal((await place(urlOf('gateway'))).status, 401)
  assert.equal((await fetch(`${urlOf('identity')}/auth/me`)).status, 401)

  const gone = once(demo, 'close')
  demo.kill('SIGINT')
  const [code] = await gone
  assert.equal(code, 130)
  assert.deepEqual(
    services.filter(({ pid }) => isAlive(pid)),
    [],
  )
})
