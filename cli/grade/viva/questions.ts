import { GROUPS } from '../../check/contract.ts'
import type { SeenRecord } from '../../check/history.ts'
import { clip, field, parseJson } from '../../check/json.ts'
import { place } from '../../check/views.ts'
import type { Result } from '../result.ts'
import type { VIVA_TOPICS } from '../rubric/viva-sheet.ts'
import { busiest, committedBy, type Histories, wayThrough } from './facts.ts'

/** A question that only the author of this hand-in finds easy: it is about what happened in their own run. */
export interface OwnQuestion {
  readonly topic: (typeof VIVA_TOPICS)[number]
  readonly ask: string
  /** For the examiner. */
  readonly answer: string
  /** Where it comes from: the scenario of the stored history. */
  readonly from: string
}

type Maker = (histories: Histories, result: Result) => OwnQuestion | undefined

/** As many as the run gives, at most one of a kind, in the order of the sheet. */
export function ownQuestions(histories: Histories, result: Result): OwnQuestion[] {
  return MAKERS.flatMap((make) => make(histories, result) ?? [])
}

const MAKERS: readonly Maker[] = [
  topicOfRecord,
  partitionOfKey,
  groupOfRun,
  offsetCommitted,
  sagaOfOrder,
  poison,
  hardest,
]

function topicOfRecord(histories: Histories): OwnQuestion | undefined {
  const way = wayThrough(histories, ['order-created', 'payment-success', 'stock-reserved'])
  const record = way?.records.find(({ topic }) => topic === 'payment-success')
  if (way === undefined || record === undefined) return undefined
  return {
    topic: 'topic',
    ask: `In your run this record was on a topic: ${shown(record)}. On which one, which of your services wrote it, and which one reads it?`,
    answer: `payment-success. Payment wrote it (${place(record)}, ${at(record)}) and inventory reads it as ${GROUPS.inventory}; after it came ${way.records.at(-1)?.topic}.`,
    from: way.scenario,
  }
}

function partitionOfKey(histories: Histories): OwnQuestion | undefined {
  const way = wayThrough(histories, ['order-created', 'payment-success', 'stock-reserved'])
  if (way === undefined) return undefined
  const places = way.records.map(place).join(', ')
  const partitions = [...new Set(way.records.map(({ partition }) => partition))]
  const same = partitions.length === 1
  return {
    topic: 'partition',
    ask: `The events of order ${way.orderId} were at: ${places}. ${same ? 'Why is the number in brackets the same on each topic, and would it be for another order?' : 'Why are the numbers in brackets not the same, and what may go wrong because of it?'}`,
    answer: same
      ? `Each has the order id as key, each topic has three partitions, and the same hash of the same key gives partition ${partitions[0]}. Another order may be in another partition, but will be in one and the same on each topic.`
      : `The key differs from hop to hop (${way.records.map(({ key }) => key ?? 'none').join(', ')}), or another partitioner is at work. Events of one order that share a topic may then be handled out of order.`,
    from: way.scenario,
  }
}

function groupOfRun(histories: Histories): OwnQuestion | undefined {
  const history = histories.get('f-take-over')
  const instances = history?.processes.filter(({ name }) => name.startsWith('payment')) ?? []
  const killed = instances.find(({ acts }) => acts.some(({ act }) => act === 'SIGKILL'))
  const other = instances.find((one) => one !== killed)
  if (killed === undefined || other === undefined) return undefined
  const when = killed.acts.find(({ act }) => act === 'SIGKILL')?.at ?? 0
  const after = history?.records.find(({ topic, at: seen }) => topic === 'payment-success' && seen > when + 1_000)
  const resumed =
    after === undefined
      ? 'No payment came any more'
      : `Leaving out the first second after the kill, the next payment came ${((after.at - when) / 1000).toFixed(1)} s after it`
  return {
    topic: 'consumer group',
    ask: `Two instances of your payment ran as ${GROUPS.payment}. ${killed.name} was killed with -9 after ${(when / 1000).toFixed(1)} s. What did Kafka do then, and after how long?`,
    answer: `${resumed}: the coordinator waits for heartbeats until the session timeout is over, then gives the partitions of ${killed.name} to ${other.name}, which goes on at the last committed offsets. A SIGTERM would have been quicker: the member says goodbye.`,
    from: 'f-take-over',
  }
}

function offsetCommitted(histories: Histories): OwnQuestion | undefined {
  const seen = committedBy(histories, GROUPS.payment, 'order-created')
  const [partition, offset] = Object.entries(seen?.offsets ?? {}).toSorted(([, a], [, b]) => b - a)[0] ?? []
  if (seen === undefined || partition === undefined || offset === undefined || offset === 0) return undefined
  return {
    topic: 'offset',
    ask: `In your run ${GROUPS.payment} had committed ${offset} on order-created, partition ${partition}. Which record would it have read next, and which one had it handled last?`,
    answer: `Next the one with offset ${offset}; last handled ${offset - 1} or one before it (numbers of transactions are passed over). The committed offset is the next to read, not the last that was read.`,
    from: seen.scenario,
  }
}

function sagaOfOrder(histories: Histories): OwnQuestion | undefined {
  const way =
    wayThrough(histories, ['stock-failed', 'payment-refunded', 'order-cancelled']) ??
    wayThrough(histories, ['payment-failed', 'order-cancelled'])
  if (way === undefined) return undefined
  const steps = way.records.map((record) => `${record.topic} ${at(record)}`).join(' → ')
  const refunded = way.records.some(({ topic }) => topic === 'payment-refunded')
  return {
    topic: 'saga',
    ask: `Order ${way.orderId} did not come through in your run. ${refunded ? 'The money had been taken already' : 'No money was taken'}. Tell the events that followed, in order, and which of your services wrote each.`,
    answer: `As it happened: ${steps}. ${refunded ? 'The refund takes back the payment; the cancellation ends the order. Their order does not matter, each must be there once.' : 'Nothing had been done yet besides the order itself, so there is nothing to take back but that.'}`,
    from: way.scenario,
  }
}

function poison(histories: Histories): OwnQuestion | undefined {
  const found = busiest(histories, 'order-created')
  const bad = found?.records.find(({ value }) => value === null || parseJson(value) === undefined)
  const pay = bad === undefined ? badRecord(histories) : { scenario: found?.scenario ?? '', record: bad }
  if (pay === undefined) return undefined
  const { record, scenario } = pay
  const behind = histories
    .get(scenario)
    ?.records.find(
      ({ topic, partition, offset }) =>
        topic === record.topic && partition === record.partition && offset > record.offset,
    )
  return {
    topic: 'DLQ',
    ask: `At ${place(record)} your payment met ${record.value === null ? 'a record without a value' : `"${clip(record.value, 60)}"`}. What did your code do with it, line by line, and what would be lost if it did nothing else?`,
    answer: `It must not throw out of the consumer for good and must not be tried for ever; ${behind === undefined ? 'records behind it wait' : `the record behind it, at ${place(behind)}, had to be paid all the same`}. Passing over it loses it; a dead letter queue keeps it with the reason.`,
    from: scenario,
  }
}

function badRecord(histories: Histories): { scenario: string; record: SeenRecord } | undefined {
  for (const [scenario, { records }] of histories) {
    const record = records.find(
      ({ topic, value }) => topic === 'order-created' && (value === null || parseJson(value) === undefined),
    )
    if (record !== undefined) return { scenario, record }
  }
  return undefined
}

/** About the first thing that went wrong; whoever wrote the rest should be able to say why. */
function hardest(_: Histories, { report }: Result): OwnQuestion | undefined {
  const failed = report.parts
    .flatMap(({ checks }) => checks)
    .find(({ verdict, diagnosis }) => verdict === 'fail' && diagnosis !== undefined)
  if (failed?.diagnosis === undefined) return undefined
  const { did, saw, expected, cause, next } = failed.diagnosis
  return {
    topic: TOPIC_OF[failed.id[0] ?? ''] ?? 'saga',
    ask: `${failed.id} did not pass: the kit ${clip(did, 300)}, and saw ${clip(saw, 300)}. Where in your code does that come from, and how would you mend it?`,
    answer: `Expected was ${expected}. Likely: ${cause} To see it: ${next}.`,
    from: failed.id,
  }
}

const TOPIC_OF: Readonly<Record<string, OwnQuestion['topic']>> = {
  A: 'topic',
  B: 'topic',
  C: 'topic',
  D: 'partition',
  E: 'topic',
  F: 'offset',
  G: 'consumer group',
  H: 'saga',
  I: 'saga',
}

/** Without the envelope, which would give the answer away. */
const shown = ({ key, value }: SeenRecord): string =>
  `key ${key ?? 'none'}, data ${clip(JSON.stringify(field(parseJson(value), 'data') ?? null), 200)}`
const at = ({ at: ms }: SeenRecord): string => `at ${(ms / 1000).toFixed(2)} s`
