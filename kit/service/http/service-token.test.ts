import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { createServiceToken } from './service-token.ts'

/** Something that issues tokens which are good for 300 seconds, as long as it is up. */
const issuer = async (t: TestContext) => {
  const state = { up: true, asked: [] as string[], at: 1_000_000 }
  const server = createServer(async (request, response) => {
    state.asked.push(await text(request))
    const answer = { access_token: `token-${state.asked.length}`, expires_in: 300 }
    response.writeHead(state.up ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => void server.close())
  const identity = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const secret = async () => 'it is a secret'
  return { state, token: createServiceToken({ identity, clientId: 'lab', secret, now: () => state.at }) }
}

test('given a token, then it is asked for once by all who need it, and again shortly before its end', async (t) => {
  const { state, token } = await issuer(t)
  assert.deepEqual(await Promise.all([token.get(), token.get()]), ['token-1', 'token-1'])
  state.at += 239_000
  assert.equal(await token.get(), 'token-1')
  state.at += 2_000
  assert.equal(await token.get(), 'token-2')
  assert.match(state.asked[0] ?? '', /grant_type=client_credentials&client_id=lab&client_secret=it\+is\+a\+secret$/)
})

test('given nobody who issues another, then a token is used until it ends, and then there is none', async (t) => {
  const { state, token } = await issuer(t)
  await token.get()
  state.up = false
  state.at += 290_000
  assert.equal(await token.get(), 'token-1')
  state.at += 6_000
  await assert.rejects(token.get(), /no token to client lab: status 503$/)
})

test('given a token that was refused, when it is dropped, then the next one is new', async (t) => {
  const { token } = await issuer(t)
  await token.get()
  token.drop()
  assert.equal(await token.get(), 'token-2')
})
