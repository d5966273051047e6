import { json } from 'node:stream/consumers'
import { z } from 'zod'
import type { Needs } from '../../kit/service/http/caller.ts'
import type { Method } from '../../kit/service/http/route.ts'
import { type Door, doors, type ServiceName, services } from './routes.ts'
import type { Client, Upstream } from './upstream.ts'

const operation = z.looseObject({
  summary: z.string().default(''),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).default([]),
  responses: z.record(z.string(), z.unknown()).default({}),
})
type Operation = z.output<typeof operation>

/** What is read of a service's own document. */
export const serviceDocument = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) })
type ServiceDocument = z.output<typeof serviceDocument>

export interface WholeDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly components: unknown
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  /** Services that did not answer when the document was put together. */
  readonly 'x-left-out': readonly ServiceName[]
}

const plain = (path: string): string => path.replace(/:\w+|\{\w+\}/g, '{}')

const leadsTo = (door: Door, path: string): boolean => plain(door.path) === plain(path)

const refusals = (needs: Needs): Record<string, unknown> => ({
  ...(needs === 'anyone' ? {} : { 401: { description: 'The bearer token is missing or not good' } }),
  ...(needs === 'anyone' || needs === 'caller' ? {} : { 403: { description: 'The token does not allow this' } }),
  429: { description: 'Too many requests; Retry-After says when to come again' },
  502: { description: 'The service broke off' },
  503: { description: 'The service cannot be reached, or is left alone for now' },
  504: { description: 'The service did not answer in time' },
})

const asKey = (parameter: Operation['parameters'][number]) =>
  parameter.name.toLowerCase() === 'idempotency-key'
    ? { ...parameter, name: 'Idempotency-Key', required: true }
    : parameter

/** An operation of a service as it is behind the gateway: with the gateway's own conditions and refusals. */
const throughDoor = (door: Door, own: Operation): Operation => ({
  ...own,
  tags: [door.to],
  parameters: door.idempotencyKey === 'required' ? own.parameters.map(asKey) : own.parameters,
  security: door.needs === 'anyone' ? [] : [{ bearer: [] }],
  responses: { ...refusals(door.needs), ...own.responses },
})

/** One document from those of the services: what has a door is in it, and nothing else. */
export const mergeDocuments = (
  version: string,
  documents: Readonly<Partial<Record<ServiceName, ServiceDocument>>>,
): WholeDocument => {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const [service, document] of Object.entries(documents)) {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, own] of Object.entries(operations)) {
        const door = doors.find((one) => one.to === service && one.method === (method as Method) && leadsTo(one, path))
        if (door !== undefined) paths[path] = { ...paths[path], [method]: throughDoor(door, own) }
      }
    }
  }
  const leftOut = services.filter((service) => documents[service] === undefined)
  const missing = leftOut.length === 0 ? '' : ` Left out, since they did not answer: ${leftOut.join(', ')}.`
  return {
    openapi: '3.1.0',
    info: { title: 'Saga Lab shop', version, description: `The whole shop, through its gateway.${missing}` },
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    paths,
    'x-left-out': leftOut,
  }
}

const wholeForMs = 60_000
const partForMs = 5_000

const nobody: Client = { gone: false, drop: () => undefined }

const fetchDocument = async (upstream: Upstream): Promise<ServiceDocument | undefined> => {
  const call = { method: 'GET', path: '/openapi.json', headers: {}, mayRepeat: false, client: { ...nobody } }
  const answer = await upstream.send(call)
  const read = serviceDocument.safeParse(answer.statusCode === 200 ? await json(answer) : void answer.resume())
  return read.success ? read.data : undefined
}

/** The merged document, fetched when it is asked for and kept: a minute when it is whole, seconds while something is missing. */
export const createDocument = (version: string, upstreams: Readonly<Record<ServiceName, Upstream>>) => {
  let kept: Promise<WholeDocument> | undefined
  let until = 0
  const put = async (): Promise<WholeDocument> => {
    const found = await Promise.all(
      services.map(async (name) => [name, await fetchDocument(upstreams[name]).catch(() => undefined)] as const),
    )
    const document = mergeDocuments(version, Object.fromEntries(found.filter(([, one]) => one !== undefined)))
    until = performance.now() + (document['x-left-out'].length === 0 ? wholeForMs : partForMs)
    return document
  }
  return (): Promise<WholeDocument> => {
    if (kept === undefined || performance.now() > until) {
      until = Number.POSITIVE_INFINITY
      kept = put()
    }
    return kept
  }
}
