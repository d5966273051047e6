import type { Instance, Service, World } from './world.ts'
import { newStocks } from './world.ts'

/** What `kill -9` and a new start do: the memory is gone, the tables and the committed offsets are there. */
export const restart = (world: World, service: Service, instance: Instance, what = 'dies'): void => {
  instance.waiting = []
  instance.known = new Set()
  instance.unmarked = []
  instance.behind = !world.bugs.overtakesBacklog
  rejoin(service, instance)
  if (world.bugs.restocksAtStart && service.model.name === 'inventory')
    for (const [id, stock] of newStocks()) world.tables.stocks.set(id, stock)
  world.history?.push({ t: world.now, who: instance.name, what: `${what}, starts again` })
}

/** The instance joins its group anew and reads on from the committed offsets. The other one does not know: both work. */
export const rejoin = (service: Service, instance: Instance): void => {
  instance.positions = [...service.committed]
}

/** Commits what the instance has worked through, also where another one is further: Kafka would refuse a zombie's commit, the shop need not trust that. */
export const commitOffsets = (service: Service, instance: Instance): void => {
  for (let i = 0; i < instance.positions.length; i++) service.committed[i] = instance.positions[i]!
}
