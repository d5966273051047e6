import { type Finding, when } from '../finding.ts'
import type { FlowsFile, TopicsFile } from '../shapes.ts'
import { FLOWS, type Flow, SERVICES } from '../task.ts'
import { readersOf } from './partitions.ts'

type Chosen = FlowsFile['flows'][number]
type Table = Pick<TopicsFile, 'topics' | 'groups'>

/** Each flow has a pattern, and the topics really carry it that way. */
export function judgeFlows({ flows }: FlowsFile, table: Table): Finding[] {
  return Object.entries(FLOWS).flatMap(([name, flow]) => {
    const chosen = flows.find((one) => one.flow === name)
    if (chosen === undefined) return [{ id: 'design.flow-missing', saw: `no decision for ${name}` } as const]
    return judgeFlow(chosen, flow, table)
  })
}

function judgeFlow(chosen: Chosen, flow: Flow, table: Table): Finding[] {
  const { flow: name, pattern, topics, coordinator } = chosen
  const unknown = topics.filter((topic) => !table.topics.some((one) => one.name === topic))
  if (unknown.length > 0) return [{ id: 'design.flow-topic', saw: `${name}: no topic ${unknown.join(', ')}` }]
  if (pattern === 'choreography') {
    return [
      ...when(coordinator !== null, 'design.flow-led', `${name}: choreography, coordinator ${coordinator}`),
      ...when(!connects(topics, flow, table), 'design.flow-broken', `${name}: ${topics.join(', ') || 'no topic'}`),
    ]
  }
  if (pattern === 'orchestration') return judgeLed(name, topics, coordinator, table)
  return [{ id: 'design.pattern-unknown', saw: `${name}: pattern "${pattern}"` }]
}

/** Does one of the topics lead from a sender of the flow to its receiver? */
const connects = (names: readonly string[], { from, to }: Flow, table: Table): boolean =>
  table.topics
    .filter(({ name }) => names.includes(name))
    .some(({ name, producer }) => from.some((one) => one === producer) && readersOf(name, table).includes(to))

/** Who leads must speak, and must hear how it went. */
function judgeLed(name: string, names: readonly string[], coordinator: string | null, table: Table): Finding[] {
  const leader = SERVICES.find((service) => service === coordinator)
  if (leader === undefined) return [{ id: 'design.coordinator-missing', saw: `${name}: coordinator ${coordinator}` }]
  const own = table.topics.filter((topic) => names.includes(topic.name))
  const speaks = own.some(({ producer }) => producer === leader)
  const hears = own.some((topic) => topic.producer !== leader && readersOf(topic.name, table).includes(leader))
  const lacks = [...(speaks ? [] : ['sends none of']), ...(hears ? [] : ['hears no answer on'])].join(' and ')
  return when(lacks !== '', 'design.coordinator-deaf', `${name}: ${leader} ${lacks} ${names.join(', ') || 'no topic'}`)
}
