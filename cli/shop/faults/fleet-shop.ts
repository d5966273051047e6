import { LabError } from '../../command.ts'
import type { Fleet } from '../fleet.ts'
import { statusOf } from '../ready.ts'
import type { BreakableShop, Member, Place } from './breakable-shop.ts'
import { seen } from './levers/lever.ts'

const READY_MS = 30_000

/** The reference shop, seen as something that can be broken. `token`: the CONTROL_TOKEN that its services were started with. */
export const fleetShop = (
  fleet: Fleet,
  { brokers, token, broker }: Pick<BreakableShop, 'brokers' | 'token' | 'broker'>,
): BreakableShop => {
  const members = (): Member[] =>
    fleet.services.map(({ name, instance, pid, url }) => {
      const isRunning = pid > 0 && !fleet.exits.some((exit) => exit.pid === pid)
      return { name, instance, pid, url, isRunning }
    })
  const at = ({ name, instance }: Place): Member => {
    const found = members().find((member) => member.name === name && member.instance === instance)
    if (found !== undefined) return found
    throw new LabError('no-process', `${name}, process ${instance}, is no longer part of the shop.`, '')
  }
  return {
    kind: 'reference',
    brokers,
    token,
    broker,
    members,
    signal: ({ name, instance }, signal) => fleet.kill(name, instance, signal),
    end: ({ name, instance }, signal) => fleet.kill(name, instance, signal),
    start: async (place) => {
      if (at(place).isRunning) return
      await fleet.restart(place.name, place.instance)
      const { url } = at(place)
      const isReady = async (): Promise<boolean> => {
        if (!at(place).isRunning)
          throw new LabError('died', `${place.name} ended again.`, `'lab logs ${place.name}' says why.`)
        return (await statusOf(`${url}/ready`)) === 200
      }
      await seen(`${place.name} is ready again`, isReady, READY_MS)
    },
  }
}
