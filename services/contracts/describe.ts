import { stringify } from 'yaml'
import { z } from 'zod'
import {
  type Catalogue,
  catalogue,
  consumersOf,
  dlqOf,
  type EventName,
  eventNames,
  eventsOf,
  groupOf,
  type ShopSize,
} from './catalogue.ts'

type JsonSchema = Record<string, unknown>

/** The JSON Schema (2020-12) of an event as it lies on its topic: envelope and data. */
export const eventSchema = (name: EventName): JsonSchema => {
  const event: Catalogue[EventName] = catalogue[name]
  const envelope = z.object({
    eventId: z.string().min(1).describe('Unique for every event; the same again when it is published again'),
    eventType: z.literal(name),
    timestamp: z.iso.datetime().describe('ISO 8601, UTC'),
    version: z.literal(event.version),
    source: z.string().describe('The service that published it'),
    correlationId: z.string().describe('What belongs together; also the message key'),
    causationId: z.string().nullable().describe('The event that led to this one'),
    data: event.data,
  })
  const { $schema: _, ...schema } = z.toJSONSchema(envelope, { io: 'input' }) as JsonSchema
  return schema
}

const fields = (name: EventName): string => {
  const data = (
    eventSchema(name).properties as { data: { properties: Record<string, JsonSchema>; required: string[] } }
  ).data
  return Object.entries(data.properties)
    .map(([field, schema]) => {
      const type = (schema.anyOf as JsonSchema[] | undefined)?.map((option) => option.type).join(' or ') ?? schema.type
      const optional = data.required.includes(field) ? '' : ' (may be missing)'
      return `| \`${field}\` | ${type}${optional} | ${schema.description ?? ''} |`
    })
    .join('\n')
}

const readers = (name: EventName, size: ShopSize): string =>
  consumersOf(name, size)
    .map((service) => `${service} (\`${groupOf(service)}\`)`)
    .join(', ') || 'nobody'

/** Who listens, once where both shops agree. */
const listeners = (name: EventName): string => {
  const [core, whole] = [readers(name, 'core'), readers(name, 'whole')]
  if (!eventsOf('core').includes(name)) return `in the whole shop only, read by ${whole}`
  return core === whole ? `read by ${core}` : `read by ${core}; in the whole shop by ${whole}`
}

const section = (name: EventName): string => {
  const event: Catalogue[EventName] = catalogue[name]
  return `## ${name}

${event.summary}

- published by **${event.producer}**, ${listeners(name)}
- key: \`${event.key}\` · version ${event.version} · dead letters: \`${dlqOf(name)}\`

| field of \`data\` | type | meaning |
|---|---|---|
${fields(name)}
`
}

const edges = (size: ShopSize): string =>
  eventsOf(size)
    .flatMap((name) => {
      const { producer } = catalogue[name]
      return [
        `  ${producer}([${producer}]) --> ${name}[/${name}/]`,
        ...consumersOf(name, size).map((service) => `  ${name} --> ${service}([${service}])`),
      ]
    })
    .join('\n')

/** docs/events.md. */
export const eventsPage = (): string => `# Events

<!-- Written by \`node services/contracts/write-docs.ts\` from services/contracts/catalogue.ts; change it there. -->

Every event is one JSON object on the topic of its own name. Around its \`data\` stand \`eventId\`, \`eventType\`, \`timestamp\`, \`version\`, \`source\`,
\`correlationId\` (the order, or the product) and \`causationId\` (the event that led to it). A reader passes over fields that it does not know.

The core shop, which the course is about:

\`\`\`mermaid
flowchart LR
${edges('core')}
\`\`\`

The whole shop, with nine services and both kinds of saga:

\`\`\`mermaid
flowchart LR
${edges('whole')}
\`\`\`

${eventNames.map(section).join('\n')}`

const channel = (name: EventName) => ({
  address: name,
  description: catalogue[name].summary,
  messages: { [name]: { $ref: `#/components/messages/${name}` } },
})

const message = (name: EventName) => ({
  name,
  title: name,
  summary: catalogue[name].summary,
  contentType: 'application/json',
  payload: eventSchema(name),
  bindings: { kafka: { key: { type: 'string', description: `The ${catalogue[name].key}` }, bindingVersion: '0.5.0' } },
})

const operations = (name: EventName) => {
  const { producer } = catalogue[name]
  const on = { channel: { $ref: `#/channels/${name}` } }
  return [
    [`${producer}.publishes.${name}`, { action: 'send', ...on }],
    ...[...new Set([...consumersOf(name, 'core'), ...consumersOf(name, 'whole')])].map((service) => [
      `${service}.reads.${name}`,
      {
        action: 'receive',
        ...on,
        bindings: { kafka: { groupId: { type: 'string', enum: [groupOf(service)] }, bindingVersion: '0.5.0' } },
      },
    ]),
  ]
}

const each = <T>(make: (name: EventName) => T): Record<string, T> =>
  Object.fromEntries(eventNames.map((name) => [name, make(name)]))

/** docs/asyncapi.yaml: the catalogue as AsyncAPI 3. */
export const asyncApi = (): string =>
  stringify(
    {
      asyncapi: '3.0.0',
      info: {
        title: "Saga Lab's shop",
        version: '1.0.0',
        description:
          'The events of the shop. Written by `node services/contracts/write-docs.ts` from services/contracts/catalogue.ts.',
        license: { name: 'MIT' },
      },
      defaultContentType: 'application/json',
      channels: each(channel),
      operations: Object.fromEntries(eventNames.flatMap(operations)),
      components: { messages: each(message) },
    },
    { aliasDuplicateObjects: false, lineWidth: 120 },
  )
