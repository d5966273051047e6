import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { cleanEnvironment } from './environment.ts'
import { ask } from './http.ts'
import { Recorder } from './recorder.ts'

async function listening(t: TestContext, host: string, server: Server): Promise<string | undefined> {
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(0, host, () => resolve(true))
  })
  t.after(() => server.close())
  return listens ? `http://localhost:${(server.address() as AddressInfo).port}` : undefined
}

for (const host of ['127.0.0.1', '::1']) {
  test(`given a service that listens on ${host} alone, when it is asked, then it answers`, async (t) => {
    const server = createServer((request, response) => response.end(request.headers['accept-encoding']))
    const url = await listening(t, host, server)
    if (url === undefined) return t.skip(`this machine has no ${host}`)
    const answer = await ask(new Recorder('test', 1, ''), `${url}/health`, { deadlineMs: 1_920.5 })
    assert.deepEqual([answer.status, answer.body], [200, 'identity'])
  })
}

/** Lets two connections wait at its door, and opens it late: the system makes the others knock again after a second. */
const NARROW = `
const server = require('node:http').createServer((_, response) => response.end('{}'))
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  require('node:fs').writeSync(1, server.address().port + '\\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800)
})`

test('given a service that lets few connections wait, when many ask at once, then each gets its answer', async (t) => {
  const child = spawn(process.execPath, ['-e', NARROW], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [port] = await once(child.stdout, 'data')
  const recorder = new Recorder('test', 1, '')
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(recorder, `http://localhost:${Number(port)}/`)))
  assert.deepEqual(
    answers.map(({ status, error }) => error ?? status),
    Array.from({ length: 8 }, () => 200),
  )
})

test('given a port where nobody listens, when it is asked, then the error says that it was refused', async (t) => {
  const server = createServer()
  const url = await listening(t, '127.0.0.1', server)
  server.close()
  const answer = await ask(new Recorder('test', 1, ''), `${url}/health`)
  assert.deepEqual([answer.status, answer.error], [0, 'ECONNREFUSED'])
})

test('given a shell with settings of languages, secrets and test runners, when a program is started, then it gets the first alone', () => {
  const outer = {
    PATH: '/bin',
    PYTHONPATH: '/py',
    GOPATH: '/go',
    AWS_SECRET: 'x',
    CARGO_REGISTRY_TOKEN: 'x',
    NODE_TEST_CONTEXT: 'child',
    PORT: '1',
  }
  const env = cleanEnvironment(outer, 'mark', { PORT: '5000' })
  assert.deepEqual([env.PYTHONPATH, env.GOPATH, env.PORT], ['/py', '/go', '5000'])
  const names = ['AWS_SECRET', 'CARGO_REGISTRY_TOKEN', 'NODE_TEST_CONTEXT']
  assert.deepEqual(
    names.filter((name) => name in env),
    [],
  )
})
