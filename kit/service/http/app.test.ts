import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { StoreFault } from '../../store/store.ts'
import { createApp } from './app.ts'
import { type FieldError, Problem, type problemBody } from './problem.ts'
import { route } from './route.ts'

type ProblemJson = ReturnType<typeof problemBody> & { errors: FieldError[] }
type Parameter = { name: string; in: string; required: boolean }
type Schema = { properties: Record<string, { type: string }> }
type Operation = { parameters: Parameter[]; requestBody: { content: Record<string, { schema: Schema }> } }
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> }

const errors: unknown[] = []
let ready = false
let server: Server
let url: string

const routes = [
  route({
    method: 'put',
    path: '/api/things/:id',
    summary: 'Set a thing',
    params: z.object({ id: z.string().max(5) }),
    query: z.object({ loud: z.enum(['yes', 'no']).optional() }),
    body: z.object({ size: z.int().positive() }),
    responses: { 200: { description: 'Set', schema: z.object({ id: z.string(), size: z.int() }) } },
    handle: ({ params, body }) => ({ status: 200, body: { id: params.id, size: body.size } }),
  }),
  route({
    method: 'get',
    path: '/api/broken',
    summary: 'Fails',
    responses: { 200: { description: 'Never' } },
    handle: () => {
      throw new Error('secret: the password is swordfish')
    },
  }),
  route({
    method: 'get',
    path: '/api/full',
    summary: 'Has no room left',
    responses: { 503: { description: 'Always' } },
    handle: () => {
      throw new StoreFault('full', 'the disk of /data/things.db is full')
    },
  }),
  route({
    method: 'get',
    path: '/api/gone',
    summary: 'Refuses',
    responses: { 409: { description: 'Always' } },
    handle: () => {
      throw new Problem(409, 'id: it has ended')
    },
  }),
]

before(async () => {
  const app = createApp({
    service: 'things',
    version: '1.2.3',
    routes,
    isReady: () => ready,
    isAlive: () => true,
    metrics: async () => ({ contentType: 'text/plain', text: 'up 1\n' }),
    onError: (error) => errors.push(error),
  })
  server = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

after(() => {
  server.close()
  server.closeAllConnections()
})

const put = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { method: 'PUT', body, headers })

test('given a good request, then its checked input reaches the handler and the answer is JSON', async () => {
  const response = await put('/api/things/a', '{"size":3,"colour":"red"}')
  assert.equal(response.status, 200)
  assert.deepEqual(await response.json(), { id: 'a', size: 3 })
})

const refused: [what: string, path: string, body: string, status: number, field: string][] = [
  ['a wrong type', '/api/things/a', '{"size":"3"}', 400, 'size'],
  ['a missing field', '/api/things/a', '{}', 400, 'size'],
  ['an array', '/api/things/a', '[]', 400, 'body'],
  ['broken JSON', '/api/things/a', '{"size":', 400, 'body'],
  ['a bare word', '/api/things/a', 'NaN', 400, 'body'],
  ['an empty body', '/api/things/a', '', 400, 'size'],
  ['a bad query', '/api/things/a?loud=maybe', '{"size":1}', 400, 'loud'],
  ['a bad path', '/api/things/toolong', '{"size":1}', 400, 'id'],
  ['a broken escape in the path', '/api/things/%E0%A4%A', '{"size":1}', 400, 'path'],
  ['two megabytes', '/api/things/a', `{"size":1,"pad":"${'x'.repeat(2e6)}"}`, 413, 'body'],
]

for (const [what, path, body, status, field] of refused) {
  test(`given ${what}, then the answer is a problem that names the field ${field}`, async () => {
    const response = await put(path, body, { 'content-type': 'application/json' })
    const problem = (await response.json()) as ProblemJson
    assert.equal(response.status, status)
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
    assert.equal(problem.status, status)
    assert.equal(problem.errors[0]?.field, field)
    assert.equal(problem.error, problem.detail)
  })
}

test('given a refusal by a handler, then its status and words go to the caller', async () => {
  const response = await fetch(`${url}/api/gone`)
  assert.equal(response.status, 409)
  assert.equal(((await response.json()) as ProblemJson).detail, 'id: it has ended')
})

test('given a fault of ours, then the caller learns nothing of our insides, and the log all', async () => {
  const response = await fetch(`${url}/api/broken`)
  assert.equal(response.status, 500)
  assert.doesNotMatch(await response.text(), /swordfish/)
  assert.match(String(errors.at(-1)), /swordfish/)
})

test('given a service that starts, then it lives before it is ready', async () => {
  assert.equal((await fetch(`${url}/live`)).status, 200)
  assert.equal((await fetch(`${url}/ready`)).status, 503)
  ready = true
  assert.equal((await fetch(`${url}/ready`)).status, 200)
  assert.deepEqual(await (await fetch(`${url}/health`)).json(), { status: 'ok', service: 'things' })
})

test('given its routes, then the service describes itself as OpenAPI 3.1 and as a page', async () => {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document
  assert.equal(document.openapi, '3.1.0')
  const operation = document.paths['/api/things/{id}']!.put!
  assert.deepEqual(
    operation.parameters.map(({ name, in: place, required }) => [name, place, required]),
    [
      ['id', 'path', true],
      ['loud', 'query', false],
    ],
  )
  assert.equal(operation.requestBody.content['application/json']?.schema.properties.size?.type, 'integer')
  const page = await fetch(`${url}/docs`)
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  assert.match(await page.text(), /openapi\.json[\s\S]*\/api\/things\/:id/)
  assert.equal(await (await fetch(`${url}/metrics`)).text(), 'up 1\n')
  assert.equal((await fetch(`${url}/nowhere`)).status, 404)
})

test('given a full disk, when a request comes, then 503 says so and that it may be sent again, without paths', async () => {
  const response = await fetch(`${url}/api/full`)
  assert.equal(response.status, 503)
  const { detail } = (await response.json()) as ProblemJson
  assert.match(detail, /disk is full.*ask again/)
  assert.doesNotMatch(detail, /things\.db/)
})
