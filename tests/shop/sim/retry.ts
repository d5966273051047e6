import { isExhausted, retryDelay } from '../../../kit/service/retry-policy.ts'
import { decideOrThrow, letterOf, middle, noteHandled, offer, retryPolicy } from './consume.ts'
import { emissionRow, letterRow, originOf } from './publish.ts'
import type { Instance, OutboxRow, Parked, Service, World } from './world.ts'

/** The first parked event of every key, where its time has come. */
const due = (world: World, { parked }: Service): Parked[] => {
  const keys = new Set<string>()
  return parked.filter((row) => {
    if (keys.has(row.entry.key)) return false
    keys.add(row.entry.key)
    return row.dueAt <= world.now
  })
}

const unpark = ({ parked }: Service, row: Parked): void => void parked.splice(parked.indexOf(row), 1)

const tryAgain = (world: World, service: Service, instance: Instance, { event }: Parked): OutboxRow[] => {
  if (service.inbox.has(event.eventId) && !world.bugs.retriesHandled) return []
  const work = service.model.load(world.tables, [event])
  const { state, emit } = decideOrThrow(service)(event, work.get(event))
  work.set(event, state)
  work.save(world)
  service.inbox.add(event.eventId)
  noteHandled(world, service, event, emit)
  return emit.map((emission) => emissionRow(world, service.model.name, instance.index, emission, event))
}

const giveUp = (world: World, service: Service, instance: Instance, row: Parked, error: Error): OutboxRow[] => {
  unpark(service, row)
  const origin = originOf(row.entry)
  const known = service.buried.has(origin)
  service.buried.add(origin)
  if (known && !world.bugs.givesUpAgain) return []
  return [
    letterRow(world, service.model.name, instance.index, letterOf(service, row.entry, error.message, row.attempts)),
  ]
}

const settle = (world: World, service: Service, instance: Instance, row: Parked): OutboxRow[] => {
  const say = (what: string): void => {
    const { eventId, correlationId: orderId } = row.event
    world.history?.push({ t: world.now, who: instance.name, what, eventId, orderId })
  }
  try {
    const rows = tryAgain(world, service, instance, row)
    unpark(service, row)
    say('handles at last')
    return rows
  } catch (error) {
    row.attempts += 1
    if (isExhausted(retryPolicy, row.attempts)) {
      say('gives up')
      return giveUp(world, service, instance, row, error as Error)
    }
    row.dueAt = world.now + retryDelay(retryPolicy, row.attempts, middle)
    say('fails again')
    return []
  }
}

/** One round of kit/service/retrier.ts, one transaction. Returns how many events it settled or postponed. */
export const retry = (world: World, service: Service, instance: Instance): number => {
  const rows = due(world, service)
  for (const row of rows) {
    const written = settle(world, service, instance, row)
    service.outbox.push(...written)
    offer(instance, written)
  }
  return rows.length
}
