import type { Bus } from '../../../kit/kafka/bus.ts'
import type { LabBroker } from '../../broker/lab-broker.ts'
import { LabError } from '../../command.ts'
import { type Door, doorOf } from '../door.ts'
import type { Fleet } from '../fleet.ts'
import type { Secrets } from '../secrets.ts'
import type { UrlOf } from '../usual-ports.ts'
import { createDeeds } from './deeds.ts'
import { referenceModel } from './shop-model.ts'
import type { ShownShop } from './shown-shop.ts'

/** The reference shop as the dashboard shows it; empty until its fleet is there. `secrets`: of the whole shop; null: it is the core. */
export function shownFleet(
  { brokers, kind }: Pick<LabBroker, 'brokers' | 'kind'>,
  secrets: Secrets | null = null,
): {
  shop: ShownShop
  use: (fleet: Fleet) => void
} {
  let fleet: Fleet | null = null
  let door: Door | null = null
  const urlOf: UrlOf = (name) => {
    if (fleet === null) throw new LabError('not-ready', 'The shop is still starting.', 'Try again in a moment.')
    return fleet.url(name)
  }
  const shop: ShownShop = {
    model: referenceModel(kind !== 'external', secrets === null ? 'core' : 'whole'),
    brokers: brokers.split(','),
    instances: () => (fleet === null ? [] : instancesOf(fleet)),
    door: () => door,
    ...(secrets === null ? {} : { deeds: (bus: () => Bus) => createDeeds({ urlOf, secrets, bus }) }),
    scale: async (service, instances) => void (await fleet?.scale(service, instances)),
    whileStopped: (service, work) => (fleet === null ? work() : whileStopped(fleet, service, work)),
  }
  return {
    shop,
    use: (given) => {
      fleet = given
      door = secrets === null ? null : doorOf(given.services, secrets.secretFile('lab'))
    },
  }
}

function instancesOf({ services, exits }: Fleet) {
  const ended = new Set(exits.map(({ pid }) => pid))
  return services.map(({ name, instance, url, pid }) => ({
    service: name,
    instance,
    url,
    runs: pid > 0 && !ended.has(pid),
  }))
}

/** Its processes end in order, so that they leave their group; they come back whatever becomes of the work. */
async function whileStopped<T>(fleet: Fleet, service: string, work: () => Promise<T>): Promise<T> {
  const own = fleet.services.filter(({ name }) => name === service)
  await Promise.all(own.map(({ instance }) => fleet.kill(service, instance, 'SIGTERM')))
  try {
    return await work()
  } finally {
    await Promise.all(own.map(({ instance }) => fleet.restart(service, instance)))
  }
}
