import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { it } from 'node:test'
import { KafkaFault } from './bus.ts'
import { faultFrom } from './fault.ts'
import kafkajs from './kafkajs.ts'

const protocol = (type: string): Error => Object.assign(new Error(`the broker says ${type}`), { type })

it('given an error inside others, when it is named, then the innermost known one decides and its words are told', () => {
  const error = new Error('Number of retries exceeded', {
    cause: new AggregateError([protocol('TOPIC_AUTHORIZATION_FAILED')]),
  })
  const fault = faultFrom(error, 'send 1 record to orders')
  assert.equal(fault.code, 'not-authorized')
  assert.match(fault.message, /^Could not send 1 record to orders: the broker says TOPIC_AUTHORIZATION_FAILED \(check/)
  assert.equal(fault.cause, error)
})

it('given errors that pass, when named, then they are retriable; given others, then not', () => {
  assert.deepEqual(shortOf(new kafkajs.KafkaJSConnectionError('refused')), ['unreachable', true])
  assert.deepEqual(shortOf(new kafkajs.KafkaJSRequestTimeoutError('late', {} as never)), ['timeout', true])
  assert.deepEqual(shortOf(protocol('UNKNOWN_TOPIC_OR_PARTITION')), ['unknown-topic', false])
  assert.deepEqual(shortOf(protocol('MESSAGE_TOO_LARGE')), ['too-large', false])
  assert.deepEqual(shortOf(protocol('INVALID_TIMESTAMP')), ['other', true])
  assert.deepEqual(shortOf(new TypeError('x is not a function')), ['other', false])
  assert.deepEqual(shortOf('a string'), ['other', false])
})

it('given a broker that never answered, when the client asks it for something, then that passes, too', async () => {
  const load = createRequire(import.meta.url)
  const Broker = load('kafkajs/src/broker')
  const broker = new Broker({ connectionPool: { connectionTimeout: 1 }, logger: { namespace: () => ({}) } })
  const error = await broker.heartbeat({}).catch((thrown: unknown) => thrown)
  assert.deepEqual(shortOf(error), ['unreachable', true])
})

it('given a KafkaFault, when named again, then it stays itself', () => {
  const fault = new KafkaFault('closed', 'closed')
  assert.equal(faultFrom(fault, 'anything'), fault)
})

function shortOf(error: unknown): [string, boolean] {
  const { code, retriable } = faultFrom(error, 'do it')
  return [code, retriable]
}
