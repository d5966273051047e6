import { check } from '../../cli/check/check.ts'
import type { History } from '../../cli/check/history.ts'
import { scenario } from '../../cli/check/scenario.ts'
import type { Shop } from '../../cli/check/shop.ts'
import { type Judgement, pass } from '../../cli/check/verdict.ts'
import { FILES, type FileName, pathOf, type Read, read, type Texts, type Unreadable } from './design.ts'
import { fail } from './diagnoses.ts'
import type { Finding } from './finding.ts'
import { judgeLoad, type Loaded, playLoad, SECONDS } from './load.ts'
import { judgeCopies, judgeRetention } from './rules/copies.ts'
import { judgeDeadLetters } from './rules/dead-letters.ts'
import { judgeFlows } from './rules/flows.ts'
import { judgeKeys } from './rules/keys.ts'
import { judgeConnections, judgeNames } from './rules/names.ts'
import { judgeOperations } from './rules/operations.ts'
import { judgePartitions } from './rules/partitions.ts'
import { judgeSchemas } from './rules/schemas.ts'
import type { TopicsFile } from './shapes.ts'
import { PEAK } from './task.ts'

async function textsOf(shop: Shop): Promise<Texts> {
  const texts = await Promise.all(FILES.map(async (name) => [name, await shop.file(pathOf(name))] as const))
  return Object.fromEntries(texts) as Record<FileName, string | null>
}

/** Reads the design; what follows is judged from its texts alone. */
const readDesign = scenario({
  name: 'q-design',
  topics: 'none',
  drive: async (shop) => ({ texts: await textsOf(shop) }),
})

/** Makes the topics of the design, publishes two seconds of the peak, and looks where the records went. */
const shortLoad = scenario({
  name: 'q-load',
  topics: 'none',
  longest: 120_000,
  drive: async (shop) => {
    const texts = await textsOf(shop)
    const topics = read(texts, 'topics')
    return { texts, loaded: topics.ok ? await playLoad(shop, topics.value) : [] }
  },
})

/** The first finding, and how many more there are. */
function verdictOf(findings: readonly Finding[], did: string): Judgement {
  const [first] = findings
  if (first === undefined) return pass
  const more = findings.length === 1 ? '' : ` (and ${findings.length - 1} more)`
  return fail(first.id, { did, saw: `${first.saw}${more}`, first: first.first ?? first.saw })
}

const unreadable = ({ id, saw }: Unreadable, name: FileName): Judgement =>
  fail(id, { did: `read ${pathOf(name)}`, saw })

type Topics = { readonly ok: true; readonly value: TopicsFile } | { readonly ok: false; readonly judgement: Judgement }

/** Without topics and groups no rule has anything to object to: that is no design yet. */
function topicsIn(texts: Texts): Topics {
  const topics = read(texts, 'topics')
  if (!topics.ok) return { ok: false, judgement: unreadable(topics, 'topics') }
  const empty = (['topics', 'groups'] as const).find((name) => topics.value[name].length === 0)
  if (empty === undefined) return topics
  const saw = `${empty} in design/topics.yml is empty`
  return { ok: false, judgement: fail('design.not-written', { did: 'read design/topics.yml', saw }) }
}

type Given = { readonly texts: Texts }

/** A rule over design/topics.yml. */
const onTopics =
  (did: string, rule: (file: TopicsFile) => Finding[]) =>
  ({ given: { texts } }: History<Given>): Judgement => {
    const topics = topicsIn(texts)
    return topics.ok ? verdictOf(rule(topics.value), did) : topics.judgement
  }

/** A rule over another file and the topics. */
const onBoth =
  <N extends FileName>(name: N, did: string, rule: (file: ReadOf<N>, topics: TopicsFile) => Finding[]) =>
  ({ given: { texts } }: History<Given>): Judgement => {
    const topics = topicsIn(texts)
    if (!topics.ok) return topics.judgement
    const file = read(texts, name)
    return file.ok ? verdictOf(rule(file.value as ReadOf<N>, topics.value), did) : unreadable(file, name)
  }

type ReadOf<N extends FileName> = ReturnType<typeof read<N>> extends Read<infer T> ? T : never

const topicsRead = 'read design/topics.yml'

export const checks = [
  check({
    id: 'Q1',
    title: 'Topics: one naming convention; every fact is written once and heard by those who need it',
    marks: 5,
    drive: readDesign,
    judge: onTopics(topicsRead, (file) => [...judgeConnections(file), ...judgeNames(file)]),
  }),
  check({
    id: 'Q2',
    title: 'Partitions: the sum is shown, and the number follows from it',
    marks: 5,
    restsOn: ['Q1'],
    drive: readDesign,
    judge: onTopics(`${topicsRead} and did the sums for ${PEAK} orders a second`, judgePartitions),
  }),
  check({
    id: 'Q3',
    title: 'Keys: the events of one order keep their order',
    marks: 4,
    restsOn: ['Q1'],
    drive: readDesign,
    judge: onTopics(topicsRead, judgeKeys),
  }),
  check({
    id: 'Q4',
    title: 'Copies and retention: nothing is lost, and nothing is kept too long',
    marks: 5,
    restsOn: ['Q1'],
    drive: readDesign,
    judge: onTopics(topicsRead, (file) => [...judgeCopies(file), ...judgeRetention(file)]),
  }),
  check({
    id: 'Q5',
    title: 'Dead letters for each group that reads',
    marks: 4,
    restsOn: ['Q1'],
    drive: readDesign,
    judge: onTopics(topicsRead, judgeDeadLetters),
  }),
  check({
    id: 'Q6',
    title: 'Schemas: complete, and version 2 fits version 1 in both directions',
    marks: 6,
    restsOn: ['Q1'],
    drive: readDesign,
    judge: onBoth('events', 'read design/events.yml as JSON Schema', judgeSchemas),
  }),
  check({
    id: 'Q7',
    title: 'Four flows: choreography or orchestration, as the topics really are',
    marks: 3,
    restsOn: ['Q1'],
    drive: readDesign,
    judge: onBoth('flows', 'compared design/flows.yml with design/topics.yml', judgeFlows),
  }),
  check({
    id: 'Q8',
    title: 'Operations: alarms with their sum, three causes of lag, a replay that disturbs nobody',
    marks: 4,
    restsOn: ['Q1'],
    drive: readDesign,
    judge: onBoth('operations', 'read design/operations.yml', judgeOperations),
  }),
  check({
    id: 'Q9',
    title: 'Under load on the real broker no partition is hot and no group falls behind',
    marks: 4,
    needs: ['Q1', 'Q3'],
    drive: shortLoad,
    judge: ({ given: { texts, loaded } }: History<Given & { readonly loaded: readonly Loaded[] }>) => {
      const topics = topicsIn(texts)
      if (!topics.ok) return topics.judgement
      const did = `made the topics on the broker and published ${SECONDS} s of the peak, ${PEAK * SECONDS} orders`
      return verdictOf(judgeLoad(loaded), did)
    },
  }),
]
