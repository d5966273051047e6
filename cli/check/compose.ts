import { parse } from 'yaml'
import { advertisedForHost, envFilesOf, environmentOf, imageOf, portsOf, withEnvFiles } from './compose-service.ts'
import { setting } from './compose-settings.ts'
import { interpolate, readVariables } from './compose-values.ts'
import { isObject, type JsonObject, show } from './json.ts'

export type ComposeProblem =
  | 'unreadable'
  | 'no-broker'
  | 'several-brokers'
  | 'zookeeper'
  | 'not-kraft'
  | 'port'
  | 'advertised'

export type ComposeJudgement =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: ComposeProblem; readonly saw: string }

/**
 * Judges a compose file as data: does it describe one Kafka broker in KRaft mode that a program on the host reaches at port 9092?
 * Knows the environment styles of apache/kafka, confluentinc/cp-kafka, bitnami/kafka and those that follow one of them.
 */
export function judgeCompose(text: string, files: ComposeFiles = {}): ComposeJudgement {
  const file = read(text, files)
  if (typeof file === 'string') return wrong('unreadable', file)
  const services = servicesOf(file).map(([name, service]): [string, JsonObject] => [name, withEnvFiles(service, files)])
  const zookeeper = services.find(([, service]) => /(^|\/)(cp-)?zookeeper(:|@|$)/.test(imageOf(service)))
  if (zookeeper !== undefined) {
    return wrong('zookeeper', `the service "${zookeeper[0]}" runs ZooKeeper (${imageOf(zookeeper[1])})`)
  }
  const brokers = services.filter(([, service]) => isBroker(service))
  const [broker] = brokers
  if (broker === undefined)
    return wrong('no-broker', `no service with a Kafka image among: ${names(services) || 'none'}`)
  if (brokers.length > 1) return wrong('several-brokers', `${brokers.length} Kafka services: ${names(brokers)}`)
  const hasController = services.some(([, service]) => rolesOf(service).includes('controller'))
  return judgeBroker(broker[0], broker[1], file, hasController)
}

/** Files beside the compose file: `.env` and those of `env_file`. `null` where there is no such file. */
export type ComposeFiles = Readonly<Record<string, string | null>>

/** The paths of the files besides itself that this compose file is made of, those outside of its folder left out. */
export function filesOfCompose(text: string): string[] {
  const file = read(text, {})
  const paths = typeof file === 'string' ? [] : servicesOf(file).flatMap(([, service]) => envFilesOf(service))
  return ['.env', ...paths].filter((path) => !/^([/\\~]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)/.test(path))
}

function servicesOf(file: JsonObject): [string, JsonObject][] {
  return Object.entries(isObject(file.services) ? file.services : {}).filter((entry): entry is [string, JsonObject] =>
    isObject(entry[1]),
  )
}

function read(text: string, files: ComposeFiles): JsonObject | string {
  let value: unknown
  try {
    value = parse(text, { merge: true })
  } catch (error) {
    return `not YAML: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`
  }
  if (!isObject(value)) return `a compose file is a mapping with "services", this is ${show(value, 60)}`
  return interpolate(value, readVariables(files['.env'] ?? '')) as JsonObject
}

function judgeBroker(name: string, service: JsonObject, file: JsonObject, hasController: boolean): ComposeJudgement {
  const environment = environmentOf(service)
  const kraft = notKraft(imageOf(service), environment, hasController)
  if (kraft !== undefined) return wrong('not-kraft', `${name}: ${kraft}`)
  const published = service.network_mode === 'host' ? [{ host: 9092, container: 9092 }] : portsOf(service)
  const at9092 = published.filter((port) => port.host === 9092)
  if (at9092.length === 0) {
    const list = published.map(({ host, container }) => `${host}:${container}`).join(', ')
    return wrong('port', `${name} publishes ${list === '' ? 'no port' : list}, not host port 9092`)
  }
  const problem = advertisedForHost(name, service, file, environment, at9092)
  return problem === undefined ? { ok: true } : wrong('advertised', `${name}: ${problem}`)
}

function rolesOf(service: JsonObject): string[] {
  return (setting(environmentOf(service), 'PROCESS_ROLES') ?? '').split(',').map((role) => role.trim())
}

function isBroker(service: JsonObject): boolean {
  const image = imageOf(service)
  if (rolesOf(service).join() === 'controller') return false
  if (
    /(ui|kafdrop|akhq|exporter|connect|rest|registry|ksql|manager|cli|console|mirror|burrow|kcat|tools)\b/i.test(image)
  )
    return false
  if (/(^|[/-])kafka(-native|-kraft)?(:|@|$)/i.test(image) || /redpandadata\/redpanda(:|@|$)/.test(image))
    return !isSetup(service)
  return image === ''
    ? false
    : [...environmentOf(service).keys()].some((key) => /^KAFKA_(CFG_)?(PROCESS_ROLES|ADVERTISED_LISTENERS)$/.test(key))
}

/** The broker's image is also used to run its command line tools: such a service ends by itself. */
function isSetup(service: JsonObject): boolean {
  const words = [service.command, service.entrypoint].flat().filter((word) => typeof word === 'string')
  return /kafka-(topics|configs|console|broker-api)|rpk topic/.test(words.join(' '))
}

function notKraft(image: string, environment: ReadonlyMap<string, string>, hasController: boolean): string | undefined {
  const zookeeper = [...environment.keys()].find((key) => /ZOOKEEPER_CONNECT$/.test(key))
  if (zookeeper !== undefined) return `${zookeeper} is set, so the broker looks for ZooKeeper`
  const roles = setting(environment, 'PROCESS_ROLES')
  const configured = [...environment.keys()].some((key) => /^KAFKA_(?!(HEAP|OPTS|JMX|JVM|LOG4J|GC|DEBUG))/.test(key))
  if (roles !== undefined) {
    const list = roles.split(',').map((role) => role.trim())
    if (!list.includes('broker')) return `its process roles are "${roles}", without "broker"`
    if (!hasController) return `its process roles are "${roles}", and no other service is its controller`
    return undefined
  }
  const version = /:v?(\d+)\./.exec(image)?.[1]
  if (/bitnami/.test(image)) return bitnamiKraft(version, environment) ? undefined : missingRoles
  if (/(^|\/)apache\/kafka/.test(image)) return configured && setsListeners(environment) ? missingRoles : undefined
  if (/redpanda/.test(image)) return undefined
  return missingRoles
}

/** From 3.3 on the bitnami image starts in KRaft mode unless it is told otherwise; with listeners set, 3.x wants the roles as well. */
function bitnamiKraft(version: string | undefined, environment: ReadonlyMap<string, string>): boolean {
  if (/^(yes|true|1)$/i.test(environment.get('KAFKA_ENABLE_KRAFT') ?? '')) return true
  return version === undefined || Number(version) >= 4 || setting(environment, 'LISTENERS') === undefined
}

const missingRoles = 'no KAFKA_PROCESS_ROLES=broker,controller, so it is not in KRaft mode'

/** apache/kafka uses its own KRaft configuration as long as nothing is set; with listeners set it wants the roles as well. */
function setsListeners(environment: ReadonlyMap<string, string>): boolean {
  return setting(environment, 'LISTENERS') !== undefined || setting(environment, 'ADVERTISED_LISTENERS') !== undefined
}

function names(services: readonly [string, JsonObject][]): string {
  return services.map(([name, service]) => `${name} (${imageOf(service) || 'no image'})`).join(', ')
}

function wrong(problem: ComposeProblem, saw: string): ComposeJudgement {
  return { ok: false, problem, saw }
}
