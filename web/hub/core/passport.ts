import type { Dot, GroupState, Passport } from '../protocol.ts'
import { plainLines } from './plain.ts'
import { placeOf, placeOfDot, RAW_BYTES, type Seen } from './seen.ts'
import type { HubState } from './state.ts'

/** All that is known of one record; undefined where it is held no more. */
export function passportAt(state: HubState, topic: string, partition: number, offset: string): Passport | undefined {
  const seen = state.at(placeOf(topic, partition, offset))
  return seen === undefined ? undefined : passportOf(state, seen)
}

export function passportOf(state: HubState, seen: Seen): Passport {
  const { dot, raw, headers } = seen
  const place = placeOfDot(dot)
  return {
    dot,
    envelope: parsed(raw, dot.bytes),
    raw: plainLines(raw?.toString('utf8') ?? ''),
    rawBytes: dot.bytes,
    headers,
    problems: problemsOf(state, seen),
    handlings: state.handlingsOf(place),
    groups: state.groups.value.flatMap((group) => groupAt(state, group, dot)),
    spans: state.spansOf(seen.traceId),
    causedBy: seen.causationId === null ? null : (state.find((one) => one.dot.id === seen.causationId)?.dot ?? null),
    causes: effectsOf(state, dot),
    deadLetter: state.deadLetters.get(place)?.dot ?? null,
    origin: seen.origin === null ? null : (state.at(seen.origin)?.dot ?? null),
  }
}

/** Undone JSON of what is short enough to be whole here; JSON that nests deeper than a reader could follow counts as none. */
function parsed(raw: Buffer | null, bytes: number): unknown {
  if (raw === null || bytes > RAW_BYTES) return null
  try {
    const value: unknown = JSON.parse(raw.toString('utf8'))
    JSON.stringify(value)
    return value
  } catch {
    return null
  }
}

function problemsOf({ model }: HubState, { dot, raw, headers }: Seen): readonly string[] {
  if (dot.bytes > RAW_BYTES)
    return [
      `The value has ${dot.bytes} bytes; its first ${RAW_BYTES} are shown, and it is not compared with its schema.`,
    ]
  return model.problemsOf(headers['dlq-topic'] ?? dot.topic, raw)
}

function groupAt(state: HubState, { group, members }: GroupState, dot: Dot): Passport['groups'] {
  const committed = state.committed.of(group, dot.topic, dot.partition)
  const member = members.find(({ partitions }) => partitions[dot.topic]?.includes(dot.partition))
  if (committed === null && member === undefined) return []
  return [{ group, done: committed !== null && committed > BigInt(dot.offset), member: member?.id ?? null }]
}

/** What it led to, among the records of its order. */
function effectsOf(state: HubState, dot: Dot): Dot[] {
  if (dot.id === null || dot.orderId === null) return []
  const records = state.sagas.get(dot.orderId)?.records ?? []
  return records.filter(({ causationId }) => causationId === dot.id).map((one) => one.dot)
}
