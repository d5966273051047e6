import { POISON_HEADER } from '../../../../cli/shop/faults/poison-kinds.ts'
import { readReason } from '../../../../kit/service/dead-letter.ts'
import { catalogue, dlqOf, type EventName, groupOf } from '../../../../services/contracts/catalogue.ts'
import type { Invariant, Logged } from '../snapshot.ts'

const isPoison = ({ topic, headers }: Logged): boolean =>
  headers[POISON_HEADER] !== undefined && Object.hasOwn(catalogue, topic)

/** Every dead letter that a poisoned record must have: one for each group that reads its topic. */
export const lettersDue = (log: readonly Logged[]) =>
  log
    .filter(isPoison)
    .flatMap((record) =>
      catalogue[record.topic as EventName].consumers.map((service) => ({ record, group: groupOf(service) })),
    )

export const lettersFor = (log: readonly Logged[]): Map<string, Logged[]> =>
  Map.groupBy(
    log.filter(({ headers }) => readReason(headers) !== null),
    ({ headers }) => {
      const { topic, partition, offset, group } = readReason(headers)!
      return `${topic}/${partition}/${offset} ${group}`
    },
  )

const buriedOnce: Invariant = {
  id: 'I11',
  says: 'a record that cannot be read is in its dead-letter topic once for each group, with its origin, and was not tried again',
  broken: ({ log }) => {
    const letters = lettersFor(log)
    return lettersDue(log).flatMap(({ record: { topic, partition, offset, headers }, group }) => {
      const name = `${topic}/${partition}/${offset} (${headers[POISON_HEADER]})`
      // The same row of an outbox may be sent twice, as any event may; two letters would have two times.
      const copies = letters.get(`${topic}/${partition}/${offset} ${group}`) ?? []
      const found = new Map(copies.map((one) => [readReason(one.headers)!.at, one]))
      if (found.size !== 1) return [{ what: `${name} has ${found.size} dead letters of ${group}` }]
      const [letter] = found.values()
      const reason = readReason(letter!.headers)!
      if (letter!.topic !== dlqOf(topic)) return [{ what: `${name} went to ${letter!.topic}` }]
      if (reason.attempts !== 0) return [{ what: `${name} was tried ${reason.attempts} times` }]
      if (reason.error === '' || Number.isNaN(Date.parse(reason.at)))
        return [{ what: `${name}: its dead letter does not say why and when` }]
      return []
    })
  },
}

const nothingElseIsBuried: Invariant = {
  id: 'I11',
  says: 'no good event ends in the dead letters',
  broken: ({ log }) => {
    const poisoned = new Set(
      log.filter(isPoison).map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`),
    )
    return [...lettersFor(log).keys()]
      .filter((origin) => !poisoned.has(origin.split(' ')[0]!))
      .map((origin) => ({ what: `${origin} is among the dead letters and is no poison` }))
  },
}

export const deadLetterInvariants: readonly Invariant[] = [buriedOnce, nothingElseIsBuried]
