import { deadLetterTopic, toDeadLetter } from '../../../kit/service/dead-letter.ts'
import { type Plan, planBatch } from '../../../kit/service/plan.ts'
import { retryDelay } from '../../../kit/service/retry-policy.ts'
import type { Emission, ShopEvent, Work } from './models.ts'
import { restart } from './processes.ts'
import { emissionRow, letterRow, originOf, place, publishRow } from './publish.ts'
import type { Entry, Instance, OutboxRow, Service, World } from './world.ts'

export type Crash = 'never' | 'before-commit' | 'after-commit'

export const retryPolicy = { retries: 3, firstDelayMs: 200, factor: 4 }
export const middle = (): number => 0.5
const none: ReadonlySet<string> = new Set()

type ShopPlan = Plan<ShopEvent, Emission>

/** The service's decision, behind the handler faults that the schedule has armed. */
export const decideOrThrow =
  ({ model, failing }: Service) =>
  (event: ShopEvent, state: unknown) => {
    if (failing.size > 0) {
      const left = failing.get(event.correlationId) ?? 0
      if (left > 0) {
        failing.set(event.correlationId, left - 1)
        throw new Error('the handler is not well')
      }
    }
    return model.decide(event, state)
  }

const readable = (entries: readonly Entry[]): ShopEvent[] => {
  const events: ShopEvent[] = []
  for (const { parsed } of entries) if (parsed.ok) events.push(parsed.event)
  return events
}

const knownIds = (inbox: ReadonlySet<string>, events: readonly ShopEvent[]): ReadonlySet<string> => {
  const seen = new Set<string>()
  for (const { eventId } of events) if (inbox.has(eventId)) seen.add(eventId)
  return seen
}

/** With the bug: each event gets the state as it was before the batch. */
const forgetful = (work: Work<ShopEvent, unknown>, reload: () => Work<ShopEvent, unknown>) => ({
  ...work,
  get: (event: ShopEvent) => reload().get(event),
})

const planOf = (world: World, service: Service, entries: readonly Entry[], events: readonly ShopEvent[]) => {
  const seen = world.bugs.ignoresInbox ? none : knownIds(service.inbox, events)
  const fresh = events.filter(({ eventId }) => !seen.has(eventId))
  const load = () => service.model.load(world.tables, fresh)
  const work = load()
  const plan: ShopPlan = planBatch({
    batch: entries,
    seen,
    blocked:
      service.parked.length === 0 || world.bugs.overtakes
        ? none
        : new Set(service.parked.map(({ entry }) => entry.key)),
    states: world.bugs.forgetsWithinBatch ? forgetful(work, load) : work,
    decide: decideOrThrow(service),
  })
  return { plan, work }
}

/**
 * One batch through one service as kit/service/processor.ts does it: everything below the plan is one transaction, so a crash leaves all of it or
 * nothing. Then the relay gets the rows and the instance reads on.
 */
export const consume = (
  world: World,
  service: Service,
  instance: Instance,
  entries: readonly Entry[],
  crash: Crash,
): boolean => {
  const { bugs } = world
  const events = readable(entries)
  const { plan, work } = planOf(world, service, entries, events)
  if (bugs.blocksOnPoison && plan.unreadable.length > 0) return false
  const rows = rowsOf(world, service, instance, plan)
  if (bugs.publishesBeforeCommit) for (const row of rows) publishRow(world, row, instance.name)
  if (bugs.remembersFirst) remember(service, plan)
  if (crash === 'before-commit') {
    restart(world, service, instance, 'dies before the commit')
    return false
  }
  commit(world, service, instance, plan, work, rows)
  if (crash === 'after-commit') {
    restart(world, service, instance, 'dies after the commit')
    return false
  }
  offer(instance, rows)
  return true
}

const rowsOf = (world: World, service: Service, instance: Instance, plan: ShopPlan): OutboxRow[] => {
  const { name } = service.model
  const rows: OutboxRow[] = []
  for (const { event, emit } of plan.handled)
    for (const emission of emit) rows.push(emissionRow(world, name, instance.index, emission, event))
  for (const { inbound, reason } of plan.unreadable) {
    const entry = inbound as Entry
    if (service.buried.has(originOf(entry)) && !world.bugs.buriesAgain) continue
    rows.push(
      letterRow(world, name, instance.index, letterOf(service, entry, reason, world.bugs.retriesPoison ? 4 : 0)),
    )
  }
  return rows
}

export const letterOf = (service: Service, entry: Entry, error: string, attempts: number) => {
  const { topic, partition, offset } = place(entry)
  const reason = { topic, partition, offset: String(offset), group: service.model.name, error, attempts, at: '' }
  const key = Buffer.from(entry.key)
  return {
    record: { ...toDeadLetter({ ...entry.record, key }, reason), topic: deadLetterTopic(topic) },
    entry,
    origin: `${service.model.name}:${originOf(entry)}`,
  }
}

const remember = (service: Service, plan: ShopPlan): void => {
  for (const { event } of plan.handled) service.inbox.add(event.eventId)
}

const commit = (
  world: World,
  service: Service,
  instance: Instance,
  plan: ShopPlan,
  work: Work<ShopEvent, unknown>,
  rows: readonly OutboxRow[],
): void => {
  if (plan.handled.length > 0) work.save(world)
  remember(service, plan)
  for (const { inbound } of plan.unreadable) service.buried.add(originOf(inbound as Entry))
  for (const { inbound, event, error } of plan.setAside) {
    arrived(service, event.eventId)
    if (world.bugs.losesFailed || service.parked.some((row) => row.event.eventId === event.eventId)) continue
    const dueAt = error === null ? world.now : world.now + retryDelay(retryPolicy, 1, middle)
    service.parked.push({ entry: inbound as Entry, event, attempts: error === null ? 0 : 1, dueAt })
  }
  for (const { event, emit } of plan.handled) noteHandled(world, service, event, emit)
  for (const row of rows) service.outbox.push(row)
  if (world.history !== null) tell(world, instance, plan)
}

export const arrived = ({ seen }: Service, eventId: string): void => {
  if (!seen.arrivals.has(eventId)) seen.arrivals.set(eventId, seen.arrived++)
}

/** What the judge needs to know of an event that took effect; part of no production table. */
export const noteHandled = (world: World, service: Service, event: ShopEvent, emit: readonly Emission[]): void => {
  arrived(service, event.eventId)
  service.seen.handled.push({ event, key: event.correlationId, prunes: service.seen.prunes })
  if (service.model.name !== 'payment') return
  for (const emission of emit) {
    if (!('type' in emission)) continue
    const { orderId, amount } = emission.data as ShopEvent['data'] & { orderId: string; amount: number }
    if (emission.type === 'payment-success') world.money.push({ orderId, kind: 'capture', amount })
    if (emission.type === 'payment-refunded') world.money.push({ orderId, kind: 'refund', amount })
  }
}

/** Rows go from the transaction straight to the relay's memory, unless older ones may still be in the table. */
export const offer = (instance: Instance, rows: readonly OutboxRow[]): void => {
  if (!instance.behind) take(instance, rows)
}

export const take = (instance: Instance, rows: readonly OutboxRow[]): void => {
  for (const row of rows) {
    if (instance.known.has(row.id)) continue
    instance.known.add(row.id)
    instance.waiting.push(row)
  }
}

const tell = (world: World, { name: who }: Instance, plan: ShopPlan): void => {
  const say = (what: string, event: ShopEvent, entry?: Entry): void => {
    const where = entry === undefined ? {} : place(entry)
    world.history?.push({ t: world.now, who, what, ...where, eventId: event.eventId, orderId: event.correlationId })
  }
  for (const { event, emit } of plan.handled) {
    const said = emit.map((item) => ('type' in item ? item.type : `mail ${item.kind}`)).join(', ')
    say(said === '' ? 'handles' : `handles (→ ${said})`, event)
  }
  for (const event of plan.duplicates) say('knows already', event)
  for (const { inbound, event, error } of plan.setAside)
    say(error === null ? 'sets aside behind one that failed' : `fails (${error.message})`, event, inbound as Entry)
}
