/** Runs shops on the real broker of KAFKA_BROKERS; their order service does not use it. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'

const MAIN = path.resolve(import.meta.dirname, '../main.ts')

const ORDER = `
import { createServer } from 'node:http'
import { spawn } from 'node:child_process'
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
console.log('child', child.pid)
console.log('\\u001b[2J\\u001b]0;hostile\\u0007red \\u202e')
const server = createServer((request, response) => {
  request.resume()
  response.end(JSON.stringify({ orderId: 'o-1', status: 'ok' }))
  if (request.method === 'POST') console.log('Order Created o-1')
}).listen(process.env.PORT, '127.0.0.1')
`

interface Running {
  readonly said: () => string
  readonly child: ChildProcess
  until(pattern: RegExp): Promise<RegExpMatchArray>
  ended: Promise<number | null>
}

function run(t: TestContext, files: Readonly<Record<string, string>>, ...args: string[]): Running {
  assert.ok(process.env.KAFKA_BROKERS, 'set KAFKA_BROKERS to a Kafka for tests, such as the one of `npm test`')
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'mein laden ö '))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true })
    writeFileSync(path.join(workspace, file), text)
  }
  const child = spawn(process.execPath, [MAIN, 'run', '--workspace', workspace, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(workspace, { recursive: true, force: true })
  })
  const until = async (pattern: RegExp) => {
    const deadline = performance.now() + 30_000
    for (;;) {
      const found = pattern.exec(said)
      if (found) return found
      if (performance.now() > deadline) assert.fail(`${pattern} was not said. Said: ${said}`)
      await pause(20)
    }
  }
  return { said: () => said, child, until, ended }
}

const labJson = (services: Readonly<Record<string, string>>, build?: string) =>
  JSON.stringify({ contract: 1, services, ...(build === undefined ? {} : { build }) })

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('given a shop with one service, when it runs, then it is built, takes an order, is shown safely, and nothing is left at the end', async (t) => {
  const files = {
    'lab.json': labJson({ order: 'node order.mjs' }, `node -e "console.log('built')"`),
    'order.mjs': ORDER,
  }
  const shop = run(t, files, '--orders', '1')
  await shop.until(/POST \/api\/orders .* → 200 \{"orderId":"o-1"/)
  await shop.until(/order +│ Order Created o-1/)
  assert.match(shop.said(), /build +│ built\n/)
  assert.match(shop.said(), /order +│ red \\u\{202e\}/)
  assert.ok(!shop.said().includes('\u001b'))
  const pid = Number((await shop.until(/order +│ child (\d+)/))[1])
  shop.child.kill('SIGTERM')
  assert.equal(await shop.ended, 130)
  const deadline = performance.now() + 5_000
  while (alive(pid) && performance.now() < deadline) await pause(20)
  assert.equal(alive(pid), false, 'what the service had started is gone too')
})

test('given a service that ends and no other, when it runs, then that is said and the exit code is 1', async (t) => {
  const shop = run(t, { 'lab.json': labJson({ payment: `node -e "console.log('bye'); process.exitCode = 3"` }) })
  assert.equal(await shop.ended, 1)
  assert.match(shop.said(), /payment +│ bye\n[\s\S]*payment ended \(exit code 3\)[\s\S]*All your services have ended/)
})

for (const [what, files, code, said] of [
  [
    'a build that fails',
    { 'lab.json': labJson({ order: 'node x' }, 'node -e "process.exitCode = 7"') },
    1,
    /build of lab.json ended with 7/,
  ],
  [
    'a program that is not there',
    { 'lab.json': labJson({ order: 'no-such-program x' }) },
    2,
    /there is no program "no-such-program"/,
  ],
  ['no services', { 'lab.json': labJson({}) }, 2, /names no service yet[\s\S]*lab start b/],
  ['no lab.json', {}, 2, /there is no .*lab.json[\s\S]*lab start a/],
] as const) {
  test(`given ${what}, when the shop runs, then a sentence says so and nothing hangs`, async (t) => {
    const shop = run(t, files)
    assert.equal(await shop.ended, code)
    assert.match(shop.said(), said)
    assert.doesNotMatch(shop.said(), /\n {4}at /)
  })
}
