import { z } from 'zod'
import { isObject } from '../../../cli/check/json.ts'
import { type Finding, when } from '../finding.ts'
import type { EventsFile, TopicsFile } from '../shapes.ts'
import { ALWAYS_SAID, NEW_IN_2, SAID_OF_A_LINE } from '../task.ts'
import { refusals } from './compatible.ts'

type Event = EventsFile['events'][number]
type Schema = Readonly<Record<string, unknown>>
const VERSIONS = ['1', '2'] as const

/** Two events, two versions each: complete, proved by examples, and readable in both directions. */
export function judgeSchemas({ events, headers }: EventsFile, { topics }: Pick<TopicsFile, 'topics'>): Finding[] {
  const keys = new Map(topics.flatMap(({ facts, key }) => facts.map((fact) => [fact, key] as const)))
  const judged = Object.keys(NEW_IN_2).flatMap((fact): Finding[] => {
    const event = events.find((one) => one.fact === fact)
    if (event === undefined) return [{ id: 'design.schema-missing', saw: `no schema of ${fact}` }]
    return judgeEvent(event, keys.get(fact) ?? null)
  })
  return [...judged, ...judgeHeaders(headers)]
}

function judgeEvent(event: Event, key: string | null): Finding[] {
  const { fact, versions } = event
  const [first, second] = VERSIONS.map((version) => versions[version])
  if (first === undefined || second === undefined) {
    return [{ id: 'design.schema-missing', saw: `${fact} has version ${Object.keys(versions).join(', ') || 'none'}` }]
  }
  const broken = VERSIONS.flatMap((version) => judgeSchema(event, version, key))
  if (broken.length > 0) return broken
  const added = NEW_IN_2[fact] ?? ''
  return [
    ...when(!(added in propertiesOf(second)), 'design.schema-unchanged', `version 2 of ${fact} has no ${added}`),
    ...refusedBy(first, second, fact).map((saw): Finding => ({ id: 'design.not-backward', saw })),
    ...refusedBy(second, first, fact).map((saw): Finding => ({ id: 'design.not-forward', saw })),
  ]
}

const refusedBy = (writer: Schema, reader: Schema, fact: string): string[] =>
  refusals(writer, reader).map((why) => `${fact}: ${why}`)

const propertiesOf = (schema: Schema): Schema => (isObject(schema.properties) ? schema.properties : {})
const requiredOf = (schema: Schema): unknown[] => (Array.isArray(schema.required) ? schema.required : [])

function judgeSchema({ fact, versions, examples }: Event, version: string, key: string | null): Finding[] {
  const name = `version ${version} of ${fact}`
  const schema = versions[version] ?? {}
  const reader = readerOf(schema)
  if (typeof reader === 'string') return [{ id: 'design.schema-broken', saw: `${name}: ${reader}` }]
  const wanted = [...ALWAYS_SAID, ...(key === null ? [] : [key]), ...(fact === 'OrderPlaced' ? ['lines'] : [])]
  const lacking = wanted.filter((field) => !requiredOf(schema).includes(field) || !(field in propertiesOf(schema)))
  const lines = propertiesOf(schema).lines
  const line = isObject(lines) && isObject(lines.items) ? lines.items : {}
  const unsaid = fact === 'OrderPlaced' ? SAID_OF_A_LINE.filter((field) => !requiredOf(line).includes(field)) : []
  const example = examples[version]
  if (example === undefined) return [{ id: 'design.example-refused', saw: `${name} has no example` }]
  const issue = reader.safeParse(example).error?.issues[0]
  return [
    ...when(lacking.length > 0, 'design.schema-field', `${name} does not require ${lacking.join(', ')}`),
    ...when(unsaid.length > 0, 'design.schema-field', `a line in ${name} does not require ${unsaid.join(', ')}`),
    ...when(issue !== undefined, 'design.example-refused', `${name}: ${issue?.path.join('.')}: ${issue?.message}`),
  ]
}

/** The schema as a validator, or why it is none. */
function readerOf(schema: Schema): z.ZodType | string {
  if (schema.type !== 'object') return `type is ${String(schema.type)}, not object`
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
  } catch (error) {
    return (error as Error).message
  }
}

const TRACE = /^(traceparent|correlation-?id|trace-?id|x-correlation-id)$/i
const BUSINESS = /^(order-?id|customer-?id|product-?id|amount|quantity|lines|status|reason|currency|warehouse)$/i

function judgeHeaders(headers: EventsFile['headers']): Finding[] {
  const names = headers.map(({ name }) => name)
  const business = names.filter((name) => BUSINESS.test(name))
  return [
    ...when(!names.some((name) => TRACE.test(name)), 'design.header-trace', `headers: ${names.join(', ') || 'none'}`),
    ...business.map((name): Finding => ({ id: 'design.header-business', saw: `${name} is a header` })),
  ]
}
