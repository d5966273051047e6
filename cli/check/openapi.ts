import { field, isObject, type Json, type JsonObject, show } from './json.ts'

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** What is wrong with an OpenAPI 3 document, or nothing. Looks at what the standard demands of its frame and operations. */
export function openApiProblem(document: Json | undefined): string | undefined {
  if (!isObject(document)) return `${show(document, 60)} is not a JSON object`
  const version = document.openapi
  if (typeof version !== 'string' || !/^3\.\d+(\.\d+)?/.test(version))
    return `"openapi" is ${show(version, 40)}, not a version such as "3.1.0"`
  for (const name of ['title', 'version']) {
    if (typeof field(document, 'info', name) !== 'string') return `"info.${name}" is missing`
  }
  if (
    document.paths === undefined &&
    !version.startsWith('3.0') &&
    (isObject(document.components) || isObject(document.webhooks))
  ) {
    return undefined
  }
  if (!isObject(document.paths)) return '"paths" is missing'
  for (const [path, item] of Object.entries(document.paths)) {
    const problem = pathProblem(path, item, version)
    if (problem !== undefined) return problem
  }
  return undefined
}

function pathProblem(path: string, item: Json, version: string): string | undefined {
  if (path.startsWith('x-')) return undefined
  if (!path.startsWith('/')) return `the path "${path}" does not begin with a slash`
  if (!isObject(item)) return `the path "${path}" is not an object`
  for (const method of METHODS) {
    const operation = item[method]
    if (operation === undefined) continue
    if (!isObject(operation)) return `${method.toUpperCase()} ${path} is not an object`
    const { responses } = operation
    if (responses === undefined ? version.startsWith('3.0') : !isObject(responses))
      return `${method.toUpperCase()} ${path} has no "responses"`
  }
  return undefined
}

/** Does the document list this operation, with or without the prefix of one of its servers? */
export function lists(document: Json | undefined, method: string, path: string): boolean {
  return pathsOf(document).some(
    ([name, item]) =>
      prefixesOf(document).some((prefix) => same(prefix + name, path)) && isObject(item) && isObject(item[method]),
  )
}

export function pathsOf(document: Json | undefined): [string, Json][] {
  const paths = field(document, 'paths')
  return isObject(paths) ? Object.entries(paths) : []
}

function prefixesOf(document: Json | undefined): string[] {
  const servers = field(document, 'servers')
  const urls = Array.isArray(servers)
    ? servers.map((server) => (isObject(server) ? String((server as JsonObject).url ?? '') : ''))
    : []
  return ['', ...urls.map((url) => url.replace(/^[a-z]+:\/\/[^/]+/i, '').replace(/\/$/, ''))]
}

const same = (a: string, b: string): boolean => a.replace(/\/$/, '') === b.replace(/\/$/, '')
