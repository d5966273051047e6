import { setTimeout as pause } from 'node:timers/promises'
import { bigValue, poisonKinds, poisonRecord } from '../../../cli/shop/faults/poison-kinds.ts'
import { KafkaFault } from '../../../kit/kafka/bus.ts'
import { inflict } from './nemesis.ts'
import type { Rig } from './rig.ts'
import { waitFor } from './wait.ts'

const TOPICS = [
  'order-created',
  'payment-success',
  'payment-failed',
  'stock-reserved',
  'stock-failed',
  'order-cancelled',
] as const
/** Of each dozen of a kind this one alone is big: a megabyte each time would only test the disk. */
const isRare = (name: string, i: number): boolean => name === 'big' && i >= 2 * poisonKinds.length

/** Ids of orders that were just accepted: what lies before and behind a poisoned record belongs to live orders. */
const liveOrders = ({ journal }: Rig): string[] =>
  journal.entries
    .filter(({ f, type }) => f === 'place' && type === 'ok')
    .slice(-20)
    .map(({ value }) => String(value.orderId))

export const recordsOn = async (rig: Rig, topics: readonly string[]): Promise<bigint> => {
  const infos = await rig.bus.topics([...topics])
  return infos.flatMap(({ partitions }) => partitions).reduce((sum, { high }) => sum + high, 0n)
}

/** `count` records of all kinds, on all topics that anybody reads, with the keys of live orders, spread over `overMs`. */
export const poisonTopics = (rig: Rig, count: number, overMs = 0): Promise<boolean> =>
  inflict(rig, 'poison', { count }, async () => {
    const keys = await waitFor('there are live orders', () => liveOrders(rig).length > 0 && liveOrders(rig), {
      deadlineMs: 10_000,
    })
    const before = await recordsOn(rig, TOPICS)
    for (let i = 0; i < count; i++) {
      const turn = poisonKinds[i % poisonKinds.length]!
      const kind = isRare(turn.name, i) ? poisonKinds[0]! : turn
      const key = rig.random.chance(0.2) ? null : rig.random.pick(keys)
      await rig.bus.send([poisonRecord(kind, TOPICS[i % TOPICS.length]!, `${kind.name}-${i}`, key)])
      await pause(overMs / count)
    }
    const grown = Number((await recordsOn(rig, TOPICS)) - before)
    if (grown < count) throw new Error(`${count} records were sent and ${grown} have arrived`)
    return { kinds: poisonKinds.length }
  })

/** A record that is too large for the broker ends at its producer, with a word for it. */
export const tooBigIsRefused = (rig: Rig): Promise<boolean> =>
  inflict(rig, 'too-big', {}, async () => {
    const value = bigValue('order-created', 'too-big', 1_200_000)
    const fault = await rig.bus.send([{ topic: 'order-created', key: 'too-big', value }]).then(
      () => null,
      (error: unknown) => error,
    )
    if (!(fault instanceof KafkaFault) || fault.code !== 'too-large') throw new Error(`it got ${String(fault)}`)
    return { code: fault.code }
  })
