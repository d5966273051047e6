import { POISON_HEADER } from '../../../cli/shop/faults/poison-kinds.ts'
import type { OutgoingRecord } from '../../../kit/kafka/bus.ts'
import { consumedBy, groupOf } from '../../../services/contracts/catalogue.ts'
import { inflict } from './nemesis.ts'
import { recordsOn } from './poison.ts'
import type { Rig, Service } from './rig.ts'
import { waitFor } from './wait.ts'

const placesOf = (rig: Rig, service: Service) => rig.places.filter((place) => place.service === service)

const rewindTopic = async (rig: Rig, group: string, topic: string): Promise<bigint> => {
  const [info] = await rig.bus.topics([topic])
  await rig.bus.setOffsets(group, topic, new Map(info!.partitions.map(({ partition, low }) => [partition, low])))
  return info!.partitions.reduce((sum, { low, high }) => sum + (high - low), 0n)
}

/** A group reads everything again from the first record. Landed when its lag shows all of it. */
export const rewind = (rig: Rig, service: Service): Promise<boolean> =>
  inflict(rig, 'rewind', { service }, async () => {
    const group = groupOf(service)
    const topics = consumedBy(service)
    for (const { instance } of placesOf(rig, service)) await rig.fleet.kill(service, instance, 'SIGTERM')
    await waitFor('the group is empty', async () => (await rig.bus.group(group)).members.length === 0, {
      deadlineMs: 10_000,
      everyMs: 100,
    })
    let records = 0n
    for (const topic of topics) records += await rewindTopic(rig, group, topic)
    const lag = (await rig.bus.lag(group, topics)).reduce((sum, one) => sum + one.lag, 0n)
    for (const { instance } of placesOf(rig, service)) await rig.fleet.restart(service, instance)
    if (records === 0n || lag < records) throw new Error(`${records} records, but a lag of ${lag}`)
    return { records: Number(records) }
  })

/** Events are published again as they are, `count` of them, by somebody who is not sure that he did it before. Landed when the topics have grown by them. */
export const publishAgain = (rig: Rig, topics: readonly string[], count: number): Promise<boolean> =>
  inflict(rig, 'republish', { topics: topics.join(' ') }, async () => {
    const found: OutgoingRecord[] = []
    await rig.bus.read(topics, ({ topic, key, value, headers }) => {
      if (headers[POISON_HEADER] !== undefined) return
      found.push({ topic, key: key?.toString() ?? null, value: value?.toString() ?? null, headers })
    })
    const again = rig.random.shuffle(found).slice(0, count)
    const before = await recordsOn(rig, topics)
    await rig.bus.send(again)
    const grown = Number((await recordsOn(rig, topics)) - before)
    if (again.length === 0 || grown < again.length)
      throw new Error(`${again.length} records were sent and ${grown} have arrived`)
    return { records: again.length }
  })
