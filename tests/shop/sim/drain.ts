import { type ServiceName, serviceNames } from './models.ts'
import { commitOffsets, rejoin } from './processes.ts'
import { publishEvent } from './publish.ts'
import { relay } from './relay.ts'
import { retry } from './retry.ts'
import { deliver } from './steps.ts'
import type { World } from './world.ts'

const mostRounds = 60

/** The first instance takes all partitions over and works through them; both relays and the retrier go on. True while anything happens. */
const turn = (world: World, name: ServiceName): boolean => {
  const service = world.services[name]
  const [first, second] = service.instances
  let busy = deliver(world, service, first, service.model.sources.length, 50, 'never')
  commitOffsets(service, first)
  busy = retry(world, service, first) > 0 || service.parked.length > 0 || busy
  for (const instance of [first, second]) {
    busy =
      instance.waiting.length > 0 || instance.unmarked.length > 0 || service.outbox.some(({ sent }) => !sent) || busy
    relay(world, service, instance, 'send-and-mark')
  }
  return busy
}

const settle = (world: World): void => {
  for (let round = 0; round < mostRounds; round++) {
    world.now += 1_000
    let busy = false
    for (const name of serviceNames) busy = turn(world, name) || busy
    if (!busy) return
  }
}

/** What an operator does with dead letters that were no poison, once the fault is mended: they go back to their topics under their own ids. */
const replayLetters = (world: World): void => {
  for (const { entry } of new Set(world.letters))
    if (entry.parsed.ok) publishEvent(world, entry.parsed.event, entry.row, 'operator')
}

/** The end of every schedule: faults off, everybody works until nothing is left, dead letters are replayed, and again. */
export const heal = (world: World): void => {
  world.history?.push({ t: world.now, who: 'nemesis', what: 'stops: everything is healed from here on' })
  for (const name of serviceNames) {
    const service = world.services[name]
    service.failing.clear()
    for (const instance of service.instances) rejoin(service, instance)
  }
  settle(world)
  if (world.letters.length === 0) return
  replayLetters(world)
  settle(world)
}
