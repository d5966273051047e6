import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guestOf } from './guest.ts'

type Asked = Parameters<typeof guestOf>[0]
const asked = (headers: Asked['headers'], remoteAddress = '127.0.0.1') =>
  guestOf({ headers: { host: 'localhost:5000', ...headers }, socket: { remoteAddress } as Asked['socket'] })

test('given a program of this machine without a token, then it is the guest', () => {
  for (const [headers, from] of [
    [{}, '127.0.0.1'],
    [{ host: '127.0.0.1:5000' }, '::ffff:127.0.0.1'],
    [{ host: '[::1]:5000' }, '::1'],
    [{ 'sec-fetch-site': 'same-origin' }, '127.0.0.1'],
    [{ 'sec-fetch-site': 'none' }, '127.0.0.1'],
  ] as const)
    assert.deepEqual(asked(headers, from), { sub: 'guest', role: 'customer', scopes: [] })
})

for (const [who, headers, from] of [
  ['a bad token', { authorization: 'Bearer none' }, undefined],
  ['an empty token', { authorization: '' }, undefined],
  ['a page of another site', { 'sec-fetch-site': 'cross-site' }, undefined],
  ['a page of another port', { 'sec-fetch-site': 'same-site' }, undefined],
  ['a name that was made to lead here', { host: 'evil.example:5000' }, undefined],
  ['no name at all', { host: undefined }, undefined],
  ['another machine', {}, '192.168.1.7'],
] as const)
  test(`given ${who}, then it is nobody's guest`, () => {
    assert.equal(asked(headers, from), null)
  })
