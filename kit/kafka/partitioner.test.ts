import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { it } from 'node:test'
import kafkajs from './kafkajs.ts'
import { fastPartitioner } from './partitioner.ts'

const partitionsOf = (count: number, leader = 1) =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader,
    replicas: [1],
    isr: [1],
  }))

it('given any key, when a partition is chosen, then it is the one that the default partitioner chooses', () => {
  const fast = fastPartitioner()
  const slow = kafkajs.Partitioners.DefaultPartitioner()
  for (let i = 0; i < 3_000; i++) {
    const key = i % 3 === 0 ? randomUUID().slice(0, i % 37) : i % 3 === 1 ? randomBytes(i % 64) : `Bestellung-ä-${i}`
    const args = { topic: 't', partitionMetadata: partitionsOf(1 + (i % 50)), message: { key, value: null } }
    assert.equal(fast(args), slow(args), `key ${key.toString('hex')}`)
  }
})

it('given records without a key, when partitions are chosen, then those with a leader take turns', () => {
  const choose = fastPartitioner()
  const partitionMetadata = [...partitionsOf(3), { ...partitionsOf(4)[3]!, leader: -1 }]
  const chosen = Array.from({ length: 300 }, () =>
    choose({ topic: 't', partitionMetadata, message: { key: null, value: 'v' } }),
  )
  for (const partition of [0, 1, 2]) assert.equal(chosen.filter((one) => one === partition).length, 100)
})
