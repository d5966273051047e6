import { type Finding, when } from '../finding.ts'
import type { Topic, TopicsFile } from '../shapes.ts'
import { FACTS, SERVICES, type Service } from '../task.ts'

const SEGMENT = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*'

/** The three conventions, each as a pattern that holds the owner's place. */
export const CONVENTIONS: Readonly<Record<string, (owner: string) => RegExp>> = {
  'entity-verb': () => /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/,
  'service.entity.action': (owner) => new RegExp(`^${owner}\\.${SEGMENT}\\.${SEGMENT}$`),
  'service-name.event': (owner) => new RegExp(`^${owner}-service\\.${SEGMENT}$`),
}

const ANY_OWNER = SEGMENT

/** Names that Kafka accepts, in one convention throughout, each beginning with its owner where the convention says so. */
export function judgeNames({ convention, topics, deadLetters }: TopicsFile): Finding[] {
  const pattern = CONVENTIONS[convention]
  if (pattern === undefined) {
    const saw = `convention: ${convention === '' ? 'none' : convention}`
    return [{ id: 'design.convention-unknown', saw }]
  }
  const names = [...topics, ...deadLetters].map(({ name }) => name)
  const twice = names.filter((name, at) => names.indexOf(name) !== at && topics.some((topic) => topic.name === name))
  return [
    ...names.filter((name) => !/^[A-Za-z0-9._-]{1,249}$/.test(name)).map(illegal),
    ...twice.map((name): Finding => ({ id: 'design.name-twice', saw: `two topics are called ${name}` })),
    ...topics.flatMap((topic) => judgeName(topic, convention, pattern)),
    ...deadLetters.flatMap(({ name, topic }) =>
      when(
        topics.some((one) => one.name === topic) && !name.startsWith(topic),
        'design.dead-letter-name',
        `the dead letters of ${topic} are called ${name}`,
      ),
    ),
  ]
}

const illegal = (name: string): Finding => ({ id: 'design.name-illegal', saw: `"${name}"` })

function judgeName({ name, producer }: Topic, convention: string, pattern: (owner: string) => RegExp): Finding[] {
  if (pattern(producer).test(name)) return []
  if (pattern(ANY_OWNER).test(name))
    return [{ id: 'design.name-owner', saw: `${producer} writes ${name}, whose name begins with another service` }]
  return [{ id: 'design.name-convention', saw: `${name} does not follow ${convention}` }]
}

const isService = (name: string): name is Service => SERVICES.includes(name as Service)

/** Every fact has one topic, every topic a writer and a reader, every reader its facts. */
export function judgeConnections({ topics, groups }: TopicsFile): Finding[] {
  const names = new Set(topics.map(({ name }) => name))
  const read = new Set(groups.flatMap(({ reads }) => reads))
  return [
    ...topics.flatMap(({ name, producer }) =>
      when(!isService(producer), 'design.producer-missing', `${name}: producer "${producer}"`),
    ),
    ...groups.flatMap(({ name, reads }) =>
      reads
        .filter((topic) => !names.has(topic))
        .map((topic): Finding => ({ id: 'design.topic-without-producer', saw: `${name} reads ${topic}` })),
    ),
    ...judgeGroups(groups),
    ...judgeFacts(topics),
    ...topics.flatMap(({ name }) => when(!read.has(name), 'design.topic-unread', `nobody reads ${name}`)),
    ...judgeHearing({ topics, groups }),
  ]
}

function judgeGroups(groups: TopicsFile['groups']): Finding[] {
  const shared = groups.filter(({ name, service }) =>
    groups.some((other) => other.name === name && other.service !== service),
  )
  const [one] = shared
  const services = shared.map(({ service }) => service).join(' and ')
  return [
    ...(one === undefined ? [] : [{ id: 'design.group-shared', saw: `${services} are both in ${one.name}` } as const]),
    ...groups.flatMap(({ name, service }) =>
      when(!isService(service), 'design.group-of-nobody', `${name}: service "${service}"`),
    ),
  ]
}

function judgeFacts(topics: TopicsFile['topics']): Finding[] {
  const said = topics.flatMap(({ name, producer, facts }) => facts.map((fact) => ({ fact, name, producer })))
  const needed = Object.keys(FACTS).filter((fact) => FACTS[fact]?.command !== true)
  return [
    ...said.flatMap(({ fact, name }) => when(!(fact in FACTS), 'design.fact-unknown', `${name}: ${fact}`)),
    ...needed
      .filter((fact) => !said.some((one) => one.fact === fact))
      .map((fact): Finding => ({ id: 'design.fact-missing', saw: `no topic carries ${fact}` })),
    ...said.flatMap(({ fact, name }, at) => {
      const before = said.slice(0, at).find((one) => one.fact === fact)
      return when(before !== undefined, 'design.fact-twice', `${fact} is in ${before?.name} and in ${name}`)
    }),
    ...said.flatMap(({ fact, name, producer }) => {
      const by = FACTS[fact]?.by
      return when(by !== undefined && by !== producer, 'design.fact-of-another', `${producer} writes ${name}: ${fact}`)
    }),
  ]
}

/** Which facts each service hears, through its groups. */
export function heardBy({ topics, groups }: Pick<TopicsFile, 'topics' | 'groups'>, service: string): Set<string> {
  const reads = new Set(groups.filter((group) => group.service === service).flatMap((group) => group.reads))
  return new Set(topics.filter(({ name }) => reads.has(name)).flatMap(({ facts }) => facts))
}

function judgeHearing(file: Pick<TopicsFile, 'topics' | 'groups'>): Finding[] {
  const said = new Set(file.topics.flatMap(({ facts }) => facts))
  return Object.entries(FACTS).flatMap(([fact, { heardBy: listeners }]) =>
    listeners.flatMap(({ service, or = [] }) => {
      const heard = heardBy(file, service)
      const deaf = said.has(fact) && ![fact, ...or].some((one) => heard.has(one))
      return when(deaf, 'design.fact-unheard', `${service} does not read the topic of ${fact}`)
    }),
  )
}
