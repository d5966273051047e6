import { readReason } from '../../../kit/service/dead-letter.ts'
import { retryPolicy } from './consume.ts'
import { serviceNames } from './models.ts'
import { originOf } from './publish.ts'
import type { Violation } from './violation.ts'
import type { Entry, OutboxRow, Service, World } from './world.ts'

const everyService = (world: World): Service[] => serviceNames.map((name) => world.services[name])

/** I6: what an outbox holds is in the log, what the log holds came from an outbox, and every reader has handled it or buried it. */
export const nothingLost = (world: World): Violation[] => {
  const found: Violation[] = []
  const written = new Set<OutboxRow>()
  const ids = new Set<string>()
  for (const { outbox } of everyService(world))
    for (const row of outbox) if (row.event !== null) ids.add(row.event.eventId)
  for (const log of world.logs)
    for (const { row, parsed } of log) {
      if (row === null || !parsed.ok) continue
      written.add(row)
      if (!ids.has(parsed.event.eventId))
        found.push({ orderId: row.key, what: `${parsed.event.eventId} is in the log and in no outbox` })
    }
  for (const service of everyService(world)) {
    for (const row of service.outbox)
      if (row.event !== null && !written.has(row))
        found.push({ orderId: row.key, what: `${row.event.eventId} never reached the log` })
    found.push(...unhandled(world, service))
  }
  return found
}

const unhandled = (world: World, { model, seen }: Service): Violation[] => {
  const handled = new Set<string>()
  for (const { event } of seen.handled) handled.add(event.eventId)
  const found: Violation[] = []
  for (const source of model.sources)
    for (const { parsed, key } of world.logs[source]!)
      if (parsed.ok && !handled.has(parsed.event.eventId))
        found.push({ orderId: key, what: `${parsed.event.eventId} was never handled by ${model.name}` })
  return found
}

/** I7: an event takes effect once in a service (once more after each prune of its inbox), and no event is said twice, ever. */
export const nothingTwice = (world: World): Violation[] => {
  const found: Violation[] = []
  for (const { model, seen, outbox } of everyService(world)) {
    const counts = new Map<string, number>()
    for (const { event, prunes, key } of seen.handled) {
      const turn = `${event.eventId} ${prunes}`
      const count = (counts.get(turn) ?? 0) + 1
      counts.set(turn, count)
      if (count === 2) found.push({ orderId: key, what: `${event.eventId} was handled twice by ${model.name}` })
    }
    const said = new Set<string>()
    for (const { event, key } of outbox) {
      if (event === null) continue
      if (said.has(event.eventId))
        found.push({ orderId: key, what: `${event.eventId} was said twice by ${model.name}` })
      said.add(event.eventId)
    }
  }
  return found
}

/** I8: what one process wrote for a key first appears in the order of its outbox; no event of a key passes one that came before it. */
export const keysKeepOrder = (world: World): Violation[] => [
  ...world.logs.flatMap(partitionInOrder),
  ...everyService(world).flatMap(handledInOrder),
]

const partitionInOrder = (log: readonly Entry[]): Violation[] => {
  if (log.length < 2) return []
  const found: Violation[] = []
  const met = new Set<OutboxRow>()
  const last = new Map<string, number>()
  for (const { row } of log) {
    if (row === null || met.has(row)) continue
    met.add(row)
    const stream = `${row.writer} ${row.key}`
    if ((last.get(stream) ?? -1) > row.id)
      found.push({ orderId: row.key, what: `${row.event?.eventId} was published behind a later event of its key` })
    last.set(stream, Math.max(last.get(stream) ?? -1, row.id))
  }
  return found
}

const handledInOrder = ({ model, seen, outbox }: Service): Violation[] => {
  const found: Violation[] = []
  const late = new Set<string>()
  for (const { letter } of outbox) if (letter?.entry.parsed.ok) late.add(letter.entry.parsed.event.eventId)
  const last = new Map<string, number>()
  const met = new Set<string>()
  for (const { event, key } of seen.handled) {
    if (met.has(event.eventId) || late.has(event.eventId)) continue
    met.add(event.eventId)
    const arrival = seen.arrivals.get(event.eventId)!
    if ((last.get(key) ?? -1) > arrival)
      found.push({ orderId: key, what: `${event.eventId} was passed by a later event in ${model.name}` })
    last.set(key, Math.max(last.get(key) ?? -1, arrival))
  }
  return found
}

/** I11: poison is in the dead letters of every reader, once, with its origin and no try; an event that was given up, once, after all tries. */
export const poisonIsolated = (world: World): Violation[] => {
  const found: Violation[] = []
  for (const { model, outbox } of everyService(world)) {
    const letters = new Map<string, number>()
    for (const { letter } of outbox) {
      if (letter === null) continue
      letters.set(letter.origin, (letters.get(letter.origin) ?? 0) + 1)
      const reason = readReason(letter.record.headers ?? {})
      const tries = letter.entry.parsed.ok ? retryPolicy.retries + 1 : 0
      if (
        reason?.attempts !== tries ||
        `${reason.topic}/${reason.partition}/${reason.offset}` !== originOf(letter.entry)
      )
        found.push({
          orderId: letter.entry.key,
          what: `has a dead letter that says ${reason?.attempts} tries instead of ${tries}`,
        })
    }
    for (const [origin, count] of letters)
      if (count > 1) found.push({ orderId: null, what: `${origin} is among the dead letters ${count} times` })
    for (const entry of world.poison) {
      if (!model.sources.some((source) => world.logs[source]!.includes(entry))) continue
      if (!letters.has(`${model.name}:${originOf(entry)}`))
        found.push({ orderId: entry.key, what: `${originOf(entry)}: poison is in no dead letter of ${model.name}` })
    }
  }
  return found
}

/** I13: the cause of an event lies in the log before it, and every event says which order it belongs to. */
export const causesComeFirst = (world: World): Violation[] => {
  const found: Violation[] = []
  const first = new Map<string, number>()
  for (const log of world.logs)
    for (const { parsed, seq } of log)
      if (parsed.ok && !(first.get(parsed.event.eventId)! < seq)) first.set(parsed.event.eventId, seq)
  for (const log of world.logs)
    for (const { parsed, key, seq } of log) {
      if (!parsed.ok) continue
      const { causationId, correlationId, eventId } = parsed.event
      if (causationId !== null && !(first.get(causationId)! < seq))
        found.push({ orderId: key, what: `${eventId} was there before its cause ${causationId}` })
      if (correlationId !== key) found.push({ orderId: key, what: `${eventId} belongs to ${correlationId}` })
    }
  return found
}

/** I14: at the end nothing waits: every record read, every row sent, nothing parked. */
export const quiet = (world: World): Violation[] => {
  const found: Violation[] = []
  for (const { model, committed, outbox, parked } of everyService(world)) {
    model.sources.forEach((source, i) => {
      const lag = world.logs[source]!.length - committed[i]!
      if (lag !== 0)
        found.push({
          orderId: world.logs[source]![committed[i]!]?.key ?? null,
          what: `${model.name} is ${lag} records behind`,
        })
    })
    for (const { sent, key } of outbox) if (!sent) found.push({ orderId: key, what: `${model.name} has an unsent row` })
    for (const { entry } of parked) found.push({ orderId: entry.key, what: `${model.name} has a parked event` })
  }
  return found
}
