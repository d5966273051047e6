import assert from 'node:assert/strict'
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
    const answer = await ask(new Recorder('test', 1, ''), `${url}/health`)
    assert.deepEqual([answer.status, answer.body], [200, 'identity'])
  })
}

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
