import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tickets } from './tickets.ts'

const NOW = 1_000_000

test('given a ticket, then it opens once, for the role that bought it, up to 30 s later', () => {
  const tickets = new Tickets()
  const [presenter, viewer] = [tickets.give('presenter', NOW), tickets.give('viewer', NOW)]
  assert.equal(tickets.take(viewer, NOW), 'viewer')
  assert.equal(tickets.take(presenter, NOW + 30_000), 'presenter')
  assert.equal(tickets.take(presenter, NOW + 30_000), null)
})

test('given a ticket that is older than 30 s, or was never given, then it opens nothing', () => {
  const tickets = new Tickets()
  assert.equal(tickets.take(tickets.give('presenter', NOW), NOW + 30_001), null)
  assert.equal(tickets.take('', NOW), null)
  assert.equal(tickets.take('constructor', NOW), null)
})

test('given a thousand tickets that nobody used, when another is given, then the oldest is forgotten and the newest opens', () => {
  const tickets = new Tickets()
  const given = Array.from({ length: 1_001 }, () => tickets.give('viewer', NOW))
  assert.equal(new Set(given).size, given.length)
  assert.equal(tickets.take(given[0]!, NOW), null)
  assert.equal(tickets.take(given[1]!, NOW), 'viewer')
  assert.equal(tickets.take(given.at(-1)!, NOW), 'viewer')
})
