import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { LogEntry } from 'kafkajs'
import { createBus } from './create-bus.ts'
import kafkajs from './kafkajs.ts'
import { levelOf } from './log.ts'
import { numbered, scratch, until } from './scratch.ts'

const entry = (message: string, error?: string): LogEntry => ({
  namespace: 'Connection',
  level: kafkajs.logLevel.ERROR,
  label: 'ERROR',
  log: { timestamp: '', message, ...(error === undefined ? {} : { error }) } as LogEntry['log'],
})

it('given the normal noise of a start, when it is young, then it is for debugging; when it lasts, then it is an error', () => {
  const noise = entry('Response JoinGroup(key: 11, version: 5)', 'The group coordinator is not available')
  assert.equal(levelOf(noise, 1_000), 'debug')
  assert.equal(levelOf(noise, 61_000), 'error')
  const made = entry(
    'Response ListOffsets(key: 2, version: 3)',
    'This server is not the leader for that topic-partition',
  )
  assert.equal(levelOf(made, 1_000), 'debug')
  assert.equal(levelOf(made, 61_000), 'error')
})

it('given a rebalance, when members are told to rejoin, then that is for debugging at any time', () => {
  const words = ['The group is rebalancing, so a rejoin is needed', 'The coordinator is not aware of this member']
  for (const text of words)
    assert.equal(levelOf(entry('Response Heartbeat(key: 12, version: 3)', text), 999_000), 'debug')
})

it('given anything else, when logged, then it keeps its level', () => {
  assert.equal(levelOf(entry('Connection error: connect ECONNREFUSED'), 0), 'error')
})

it('given a committed offset that the log does not have, when the consumer jumps, then an error in the log says so', async (t) => {
  const errors: string[] = []
  const { bus, topic, consume, group } = scratch(t, createBus, {
    log: ({ level, message }) => level === 'error' && errors.push(message),
  })
  const [name, shared] = [await topic(), group()]
  await bus.send(numbered(name, 3))
  await bus.setOffsets(shared, name, new Map([[0, 1_000n]]))
  const { seen } = await consume({ topics: [name], group: shared })
  await until(() => seen.length === 3, 'the records from the start')
  assert.ok(
    errors.some((message) => /offset out of range/i.test(message)),
    errors.join('\n'),
  )
})
