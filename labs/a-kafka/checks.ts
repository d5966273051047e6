import { check } from '../../cli/check/check.ts'
import { filesOfCompose, judgeCompose } from '../../cli/check/compose.ts'
import { LIMITS, PARTITIONS, SIX_TOPICS } from '../../cli/check/contract.ts'
import type { ProcessStory } from '../../cli/check/history.ts'
import { makeEvent, makeOrder, recordOf } from '../../cli/check/orders.ts'
import { freePort } from '../../cli/check/ports.ts'
import { scenario } from '../../cli/check/scenario.ts'
import type { Shop } from '../../cli/check/shop.ts'
import { pass } from '../../cli/check/verdict.ts'
import { endOf, lastWords, storiesOf } from '../../cli/check/views.ts'
import { fail } from './diagnoses.ts'

const ENDS_WITHIN = 30_000

/** Asks the broker for its topics. */
const knock = scenario({
  name: 'a-broker',
  topics: 'none',
  drive: async (shop) => {
    const problem = await shop.bus.topics([]).then(
      () => null,
      (error: Error) => error.message,
    )
    return { problem }
  },
})

const composeFile = scenario({
  name: 'a-compose',
  topics: 'none',
  drive: async (shop) => {
    const text = await shop.file('docker-compose.yml')
    const names = text === null ? [] : filesOfCompose(text)
    const files = await Promise.all(names.map(async (name) => [name, await shop.file(name)] as const))
    return { text, files: Object.fromEntries(files) }
  },
})

/**
 * Runs `topics` on a broker without the core topics, puts a message into each, runs it again, and a third time against
 * a port where nobody listens. Wrong: a topic that is missing or has not 3 partitions; a second run that fails, changes a topic or
 * loses a message; a run without a broker that goes unnoticed, hangs, or does not say where it looked.
 */
const makeTopics = scenario({
  name: 'a-topics',
  topics: 'absent',
  drive: async (shop) => {
    const address = `localhost:${await freePort()}`
    const alone = shop.run('topics', { as: 'alone', deadlineMs: LIMITS.topicsWithoutBroker, brokers: address })
    const run = await shop.run('topics', { deadlineMs: ENDS_WITHIN })
    const first = await topicsAfter(shop)
    const sent = SIX_TOPICS.filter((topic) => topic in first)
    const events = sent.map((topic) => makeEvent(topic, makeOrder(shop.random), shop.random))
    // Only a leader tells where its partition ends: on a busy machine one that was named a moment ago would still refuse the messages.
    await shop.bus.topics(sent)
    await shop.publish('one message to each topic', events.map(recordOf))
    // One that never ends would only not end again.
    if (run.ended === undefined) await shop.run('topics', { as: 'again', deadlineMs: ENDS_WITHIN })
    const second = await topicsAfter(shop)
    const found: string[] = []
    const ids = events.map((event) => event.eventId)
    const there = sent.filter((topic) => topic in second)
    await shop.bus.read(there, (record) => {
      if (ids.some((id) => record.value?.includes(id))) found.push(record.topic)
    })
    await alone
    return { address, first, second, lost: sent.filter((topic) => !found.includes(topic)) }
  },
})

/** The broker answers before its metadata follows: looks for up to five seconds. */
async function topicsAfter(shop: Shop): Promise<Record<string, number>> {
  let table = await shop.topicTable()
  await shop.until(
    'the six topics are there',
    async () => {
      table = await shop.topicTable()
      return SIX_TOPICS.every((topic) => topic in table)
    },
    3_000,
  )
  return table
}

const did = (story: ProcessStory | undefined) => `ran "topics": ${story?.command ?? ''}`

export const checks = [
  check({
    id: 'A1',
    title: 'The broker answers',
    marks: 2,
    drive: knock,
    judge: ({ given, brokers }) =>
      given.problem === null
        ? pass
        : fail('kafka.broker-silent', { did: `asked the broker at ${brokers} for its topics`, saw: given.problem }),
  }),

  check({
    id: 'A2',
    title: 'docker-compose.yml describes one KRaft broker that the host can reach',
    marks: 4,
    drive: composeFile,
    judge: ({ given: { text, files } }) => {
      const read = 'read docker-compose.yml as data'
      if (text === null) return fail('compose.missing', { did: read, saw: 'no docker-compose.yml in the workspace' })
      const judgement = judgeCompose(text, files)
      return judgement.ok ? pass : fail(`compose.${judgement.problem}`, { did: read, saw: judgement.saw })
    },
  }),

  check({
    id: 'A3',
    title: 'The command "topics" creates the six topics with 3 partitions',
    marks: 5,
    timing: true,
    drive: makeTopics,
    judge: (history) => {
      const { first } = history.given
      const [run] = storiesOf(history, 'topics')
      if (run?.ended === 'deadline')
        return fail('topics.never-ends', { did: did(run), saw: 'it was still running after 30 s' })
      const missing = SIX_TOPICS.filter((topic) => !(topic in first))
      if (run?.exit?.code !== 0) {
        const saw = `${run === undefined ? 'no run' : endOf(run) + lastWords(run)}`
        return fail('topics.command-failed', { did: did(run), saw })
      }
      if (missing.length > 0) {
        const saw = `missing: ${missing.join(', ')}; there: ${Object.keys(first).join(', ') || 'no topic at all'}`
        return fail('topics.missing', { did: did(run), saw, first: `${missing[0]} is missing` })
      }
      const other = SIX_TOPICS.filter((topic) => first[topic] !== PARTITIONS)
      const saw = other.map((topic) => `${topic} has ${first[topic]}`).join(', ')
      return other.length === 0 ? pass : fail('topics.partitions', { did: did(run), saw })
    },
  }),

  check({
    id: 'A4',
    title: '"topics" can be run again, and says so when there is no broker',
    marks: 3,
    timing: true,
    drive: makeTopics,
    judge: (history) => {
      const { address, first, second, lost } = history.given
      const [[again], [alone]] = [storiesOf(history, 'again'), storiesOf(history, 'alone')]
      const twice = `${did(again ?? storiesOf(history, 'topics')[0])} a second time, with a message in each topic`
      if (again?.exit?.code !== 0 || again.ended !== undefined) {
        const never = again === undefined || again.ended === 'deadline'
        const saw = never ? 'it never ended' : `${endOf(again)}${lastWords(again)}`
        return fail('topics.not-repeatable', { did: twice, saw })
      }
      const changed = Object.keys(first).find((topic) => first[topic] !== second[topic])
      if (changed !== undefined && SIX_TOPICS.includes(changed as never)) {
        const saw =
          changed in second
            ? `${changed} has ${second[changed]} partitions now, ${first[changed]} before`
            : `${changed} is gone`
        return fail('topics.changed', { did: twice, saw })
      }
      if (lost.length > 0)
        return fail('topics.lost-messages', { did: twice, saw: `no message any more in ${lost.join(', ')}` })
      const lonely = `ran "topics" with KAFKA_BROKERS=${address}, where nobody listens`
      if (alone?.ended === 'deadline')
        return fail('topics.no-broker-hangs', { did: lonely, saw: 'it was still running after 15 s' })
      if (alone?.exit?.code === 0) return fail('topics.no-broker-unnoticed', { did: lonely, saw: 'exit code 0' })
      if (alone?.lines.some((line) => line.text.includes(address))) return pass
      return fail('topics.no-broker-unnamed', {
        did: lonely,
        saw: `exit code ${alone?.exit?.code}${alone ? lastWords(alone) : ''}`,
      })
    },
  }),
]
