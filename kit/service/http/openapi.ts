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

/** On top of what a route lists itself: the answers of the door before it. */
const refusals: Record<number, ResponseSpec> = {
  401: { description: 'The bearer token is missing or not good' },
  403: { description: 'The token does not allow this' },
  503: { description: 'The token cannot be checked now' },
}

const isGuarded = ({ needs }: Route): boolean => needs !== 'anyone'

const scopes = ({ needs }: Route): string[] => (typeof needs === 'object' ? [needs.scope] : [])

const response = ([status, { description, schema }]: [string, ResponseSpec]): [string, unknown] => {
  const isProblem = Number(status) >= 400
  const body = schema ?? (isProblem ? problemSchema : undefined)
  const type = isProblem ? 'application/problem+json' : 'application/json'
  return [status, { description, ...(body ? { content: { [type]: { schema: jsonSchema(body) } } } : {}) }]
}

const bodyTypes = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const

const operation = (route: Route, checksTokens: boolean): unknown => ({
  summary: route.summary,
  parameters: parameters(route),
  ...(checksTokens && isGuarded(route) ? { security: [{ bearer: scopes(route) }] } : {}),
  ...(route.body
    ? {
        requestBody: {
          required: true,
          content: { [bodyTypes[route.bodyType ?? 'json']]: { schema: jsonSchema(route.body) } },
        },
      }
    : {}),
  responses: Object.fromEntries(
    Object.entries({ ...(checksTokens && isGuarded(route) ? refusals : {}), ...route.responses }).map(response),
  ),
})

const schemes = { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }

/** The OpenAPI 3.1 document of some routes; where tokens are checked, it says which routes take one. */
export const openApi = (info: Info, routes: readonly Route[], checksTokens = false) => {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operation(route, checksTokens) }
  }
  return {
    openapi: '3.1.0',
    info,
    ...(checksTokens ? { components: { securitySchemes: schemes } } : {}),
    paths,
  }
}
