import { z } from 'zod'
import type { ResponseSpec, Route } from './route.ts'

interface Info {
  readonly title: string
  readonly version: string
  readonly description: string
}

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  error: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
})

const jsonSchema = (schema: z.ZodType): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<
    string,
    unknown
  >
  return rest
}

const parameters = (route: Route): unknown[] =>
  (['params', 'query', 'headers'] as const).flatMap((place) => {
    const schema = route[place]
    if (schema === undefined) return []
    const { properties = {}, required = [] } = jsonSchema(schema) as { properties?: object; required?: string[] }
    const where = { params: 'path', query: 'query', headers: 'header' }[place]
    return Object.entries(properties).map(([name, property]) => ({
      name,
      in: where,
      required: place === 'params' || required.includes(name),
      schema: property,
    }))
  })

const response = ([status, { description, schema }]: [string, ResponseSpec]): [string, unknown] => {
  const isProblem = Number(status) >= 400
  const body = schema ?? (isProblem ? problemSchema : undefined)
  const type = isProblem ? 'application/problem+json' : 'application/json'
  return [status, { description, ...(body ? { content: { [type]: { schema: jsonSchema(body) } } } : {}) }]
}

const operation = (route: Route): unknown => ({
  summary: route.summary,
  parameters: parameters(route),
  ...(route.body
    ? { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(route.body) } } } }
    : {}),
  responses: Object.fromEntries(Object.entries(route.responses).map(response)),
})

/** The OpenAPI 3.1 document of some routes. */
export const openApi = (info: Info, routes: readonly Route[]) => {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operation(route) }
  }
  return { openapi: '3.1.0', info, paths }
}
