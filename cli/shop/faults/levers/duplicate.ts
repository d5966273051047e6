import type { Bus } from '../../../../kit/kafka/bus.ts'
import { consumersOf, eventNames, groupOf } from '../../../../services/contracts/catalogue.ts'
import { wrongUsage } from '../../../command.ts'
import type { BreakableShop } from '../breakable-shop.ts'
import { type Lever, membersOf, type Settings, seen } from './lever.ts'
import { republish } from './log.ts'

/** `duplicate`: the records again, or the readers again. */
export const duplicateLever = (shop: BreakableShop, bus: () => Bus): Lever => ({
  unavailable: () => undefined,
  targetOf: ({ topic }) => String(topic),
  inject: (settings) => (settings.how === 'rewind' ? rewind(shop, bus(), settings) : republish(bus(), settings)),
  mend: async () => {},
})

/** The first service of the shop that reads a topic. */
const readerOf = (shop: BreakableShop, topic: string): string | undefined => {
  const event = eventNames.find((name) => name === topic)
  const there = new Set(shop.members().map(({ name }) => name))
  const size = there.has('shipping') ? 'whole' : 'core'
  return event === undefined ? undefined : consumersOf(event, size).find((name) => there.has(name))
}

/** A group's offsets can be set while it has no members: its service is stopped for that, and started again whatever happens. */
const rewind = async (shop: BreakableShop, bus: Bus, { topic, last, service }: Settings): Promise<number> => {
  const name = String(service ?? readerOf(shop, String(topic)) ?? '')
  if (name === '') throw wrongUsage(`No service is known to read ${topic}.`, 'Name one: --service payment.')
  const members = membersOf(shop, name).filter(({ isRunning }) => isRunning)
  await Promise.all(members.map((member) => shop.end(member, 'SIGTERM')))
  try {
    return await setBack(bus, groupOf(name), String(topic), BigInt(Number(last)))
  } finally {
    await Promise.all(members.map((member) => shop.start(member)))
  }
}

const setBack = async (bus: Bus, group: string, topic: string, last: bigint): Promise<number> => {
  await seen(`${group} is empty`, async () => (await bus.group(group)).members.length === 0, 20_000)
  const [info] = await bus.topics([topic])
  const places = (await bus.lag(group, [topic])).flatMap(({ partition, committed }) => {
    const low = info?.partitions.find((one) => one.partition === partition)?.low ?? 0n
    if (committed === null || committed <= low) return []
    const to = committed - last < low ? low : committed - last
    return [{ partition, to, again: committed - to }]
  })
  if (places.length === 0) {
    throw wrongUsage(`${group} has read nothing of ${topic} yet.`, "'lab lag' shows which group reads what.")
  }
  await bus.setOffsets(group, topic, new Map(places.map(({ partition, to }) => [partition, to])))
  const again = places.reduce((sum, place) => sum + place.again, 0n)
  await seen(`the lag of ${group}`, async () => {
    const lag = (await bus.lag(group, [topic])).reduce((sum, one) => sum + one.lag, 0n)
    return lag >= again
  })
  return Number(again)
}
