import { setting } from './compose-settings.ts'
import { readVariables } from './compose-values.ts'
import { isObject, type JsonObject } from './json.ts'

export interface PublishedPort {
  readonly host: number
  readonly container: number
}

export function imageOf(service: JsonObject): string {
  return typeof service.image === 'string' ? service.image : ''
}

/** Paths of the files in which a service finds more of its environment, as compose resolves them: the last one holds. */
export function envFilesOf(service: JsonObject): string[] {
  const given = [service.env_file ?? []].flat()
  const paths = given.map((entry) => (isObject(entry) ? entry.path : entry))
  return paths.filter((path) => typeof path === 'string').map((path) => path.replace(/^(\.\/)+/, ''))
}

/** The environment in map or list form. What stands in `env_file` is put in before by `withEnvFiles`. */
export function environmentOf(service: JsonObject): Map<string, string> {
  const given = service.environment
  if (Array.isArray(given)) {
    return new Map(
      given.map((entry) => {
        const line = String(entry)
        const at = line.indexOf('=')
        return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
      }),
    )
  }
  if (!isObject(given)) return new Map()
  return new Map(Object.entries(given).map(([name, value]) => [name, value === null ? '' : String(value).trim()]))
}

/** The service with what stands in its files as if it stood in its environment, which goes before them. */
export function withEnvFiles(service: JsonObject, files: Readonly<Record<string, string | null>>): JsonObject {
  const texts = envFilesOf(service).map((path) => files[path] ?? '')
  const fromFiles = texts.flatMap((file) => [...readVariables(file)])
  return { ...service, environment: Object.fromEntries([...fromFiles, ...environmentOf(service)]) }
}

/** All pairs of host and container port, of the short and the long form, ranges included. Ports that are not fixed are left out. */
export function portsOf(service: JsonObject): PublishedPort[] {
  const entries = Array.isArray(service.ports) ? service.ports : []
  return entries.flatMap((entry): PublishedPort[] => {
    if (isObject(entry)) {
      const host = range(String(entry.published ?? ''))
      return pairs(host, range(String(entry.target ?? '')))
    }
    const parts = String(entry)
      .replace(/\/(tcp|udp)$/, '')
      .split(':')
    if (parts.length < 2) return []
    return pairs(range(parts.at(-2) ?? ''), range(parts.at(-1) ?? ''))
  })
}

function range(text: string): number[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text.trim())
  if (match === null) return []
  const from = Number(match[1])
  const to = Math.min(Number(match[2] ?? from), from + 100)
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
}

function pairs(host: readonly number[], container: readonly number[]): PublishedPort[] {
  return host.flatMap((port, i) => {
    const inside = container[i] ?? container.at(-1)
    return inside === undefined ? [] : [{ host: port, container: inside }]
  })
}

interface Listener {
  readonly name: string
  readonly host: string
  readonly port: number
}

function listeners(text: string | undefined): Listener[] {
  return (text ?? '').split(',').flatMap((part) => {
    const match = /^\s*([A-Za-z0-9_.-]+):\/\/(\[[^\]]*\]|[^:/]*):(\d+)\s*$/.exec(part)
    return match === null
      ? []
      : [{ name: (match[1] ?? '').toUpperCase(), host: match[2] ?? '', port: Number(match[3]) }]
  })
}

/**
 * What stands in the way of a program on the host, or nothing. A client connects to host port 9092, which leads to a listener in the
 * container, and is then told to go on at the address that this listener advertises: that must lead it back to the same place.
 */
export function advertisedForHost(
  name: string,
  service: JsonObject,
  file: JsonObject,
  environment: ReadonlyMap<string, string>,
  published: readonly PublishedPort[],
): string | undefined {
  const advertised = listeners(setting(environment, 'ADVERTISED_LISTENERS') ?? redpandaAddresses(service))
  if (advertised.length === 0) return withoutAdvertised(service, environment, published)
  const bound = listeners(setting(environment, 'LISTENERS'))
  const inner = innerNames(name, service, file)
  const shown = advertised.map((one) => `${one.name}://${one.host}:${one.port}`).join(', ')
  const problems = published.map((port) => {
    // The listener at the published container port; without LISTENERS a broker binds to the ports that it advertises.
    const listening = bound.find((one) => one.port === port.container)
    if (bound.length > 0 && listening === undefined) {
      return `host port ${port.host} leads to ${port.container} in the container, where no listener of KAFKA_LISTENERS is`
    }
    const told =
      listening === undefined
        ? (advertised.find((one) => one.port === port.container) ?? advertised.find((one) => one.port === port.host))
        : advertised.find((one) => one.name === listening.name)
    if (told === undefined)
      return `the listener at port ${port.container} advertises no address; advertised are ${shown}`
    if (!reachable(told.host, inner))
      return `it advertises ${told.name}://${told.host}:${told.port}, a name that the host does not know`
    if (told.port !== port.host)
      return `it advertises port ${told.port} to a client that came through port ${port.host}`
    return undefined
  })
  return problems.includes(undefined) ? undefined : problems[0]
}

/** Images that come with an advertised listener of their own: apache/kafka says localhost:9092 as long as no listener is set. */
function withoutAdvertised(
  service: JsonObject,
  environment: ReadonlyMap<string, string>,
  published: readonly PublishedPort[],
): string | undefined {
  const apache = /(^|\/)apache\/kafka/.test(imageOf(service))
  if (
    apache &&
    setting(environment, 'LISTENERS') === undefined &&
    setting(environment, 'PROCESS_ROLES') === undefined
  ) {
    const straight = published.some((port) => port.container === 9092)
    return straight ? undefined : 'host port 9092 does not lead to port 9092, where the image listens by default'
  }
  if (service.network_mode === 'host') return undefined
  return 'no KAFKA_ADVERTISED_LISTENERS, so it advertises the name of its container'
}

function redpandaAddresses(service: JsonObject): string | undefined {
  const words = [service.command]
    .flat()
    .filter((word) => typeof word === 'string')
    .join(' ')
    .split(/\s+/)
  const at = words.findIndex((word) => word.startsWith('--advertise-kafka-addr'))
  const value = words[at]?.includes('=') ? words[at]?.split('=')[1] : words[at + 1]
  return at < 0 || value === undefined
    ? undefined
    : value
        .split(',')
        .map((one) => (one.includes('://') ? one : `PLAINTEXT://${one}`))
        .join(',')
}

/** Names that only other containers know. */
function innerNames(name: string, service: JsonObject, file: JsonObject): Set<string> {
  const others = isObject(file.services) ? Object.keys(file.services) : []
  const own = [service.container_name, service.hostname].filter((one) => typeof one === 'string')
  return new Set([name, ...others, ...own, 'kafka', 'broker', '0.0.0.0', ''])
}

/** localhost, an address of the host, or a name with a dot that may be one. */
function reachable(host: string, inner: ReadonlySet<string>): boolean {
  if (inner.has(host)) return false
  if (/^(localhost|127(\.\d+){3}|\[::1\]|host\.docker\.internal)$/i.test(host)) return true
  return /^\d+(\.\d+){3}$/.test(host) || host.includes('.') || host.startsWith('[')
}
