import { KafkaFault, type KafkaFaultCode } from './bus.ts'

interface Facts {
  readonly code: KafkaFaultCode
  readonly retriable: boolean
}

const facts = (code: KafkaFaultCode, retriable: boolean): Facts => ({ code, retriable })
const UNREACHABLE = facts('unreachable', true)
const TIMEOUT = facts('timeout', true)
const DENIED = facts('not-authorized', false)
const NO_TOPIC = facts('unknown-topic', false)
const TOO_LARGE = facts('too-large', false)
const ACTIVE = facts('group-active', false)

/** By the broker's error type, or else by the name of kafkajs' error class. */
const KNOWN: Readonly<Record<string, Facts>> = {
  UNKNOWN_TOPIC_OR_PARTITION: NO_TOPIC,
  INVALID_TOPIC_EXCEPTION: NO_TOPIC,
  TOPIC_AUTHORIZATION_FAILED: DENIED,
  GROUP_AUTHORIZATION_FAILED: DENIED,
  CLUSTER_AUTHORIZATION_FAILED: DENIED,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: DENIED,
  SASL_AUTHENTICATION_FAILED: DENIED,
  KafkaJSSASLAuthenticationError: DENIED,
  MESSAGE_TOO_LARGE: TOO_LARGE,
  RECORD_LIST_TOO_LARGE: TOO_LARGE,
  NON_EMPTY_GROUP: ACTIVE,
  // This machine's clock is far ahead of the broker's: once it is put right, the same records go through.
  INVALID_TIMESTAMP: facts('other', true),
  REQUEST_TIMED_OUT: TIMEOUT,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: TIMEOUT,
  KafkaJSRequestTimeoutError: TIMEOUT,
  KafkaJSLockTimeout: TIMEOUT,
  NETWORK_EXCEPTION: UNREACHABLE,
  LEADER_NOT_AVAILABLE: UNREACHABLE,
  NOT_LEADER_FOR_PARTITION: UNREACHABLE,
  BROKER_NOT_AVAILABLE: UNREACHABLE,
  NOT_ENOUGH_REPLICAS: UNREACHABLE,
  GROUP_COORDINATOR_NOT_AVAILABLE: UNREACHABLE,
  GROUP_LOAD_IN_PROGRESS: UNREACHABLE,
  NOT_COORDINATOR_FOR_GROUP: UNREACHABLE,
  KafkaJSConnectionError: UNREACHABLE,
  KafkaJSConnectionClosedError: UNREACHABLE,
  KafkaJSBrokerNotFound: UNREACHABLE,
  KafkaJSNoBrokerAvailableError: UNREACHABLE,
  KafkaJSGroupCoordinatorNotFound: UNREACHABLE,
  KafkaJSMetadataNotLoaded: UNREACHABLE,
  KafkaJSTopicMetadataNotLoaded: UNREACHABLE,
  KafkaJSNotImplemented: facts('crashed', false),
}

/** kafkajs has no class for a broker whose connection broke before its first answer: a plain Error with this text is all it throws. */
const NOT_CONNECTED = 'Broker not connected'

const knownOf = ({ type, name, message }: ClientError): Facts | undefined =>
  KNOWN[type ?? ''] ?? KNOWN[name] ?? (message === NOT_CONNECTED ? UNREACHABLE : undefined)

/** Any error of the client as a KafkaFault. `doing` says what was tried, as a phrase: `send 3 records to order-created`. */
export function faultFrom(error: unknown, doing: string, indefinite = false): KafkaFault {
  if (error instanceof KafkaFault) return error
  const chain = causes(error)
  const known = chain.map(knownOf).find((found) => found !== undefined)
  const code = known?.code ?? 'other'
  const retriable = known?.retriable ?? chain.some((one) => one.retriable === true)
  const reason = chain.at(-1)?.message ?? String(error)
  return new KafkaFault(code, `Could not ${doing}: ${reason}${REMEDY[code] ?? ''}`, {
    retriable,
    indefinite,
    cause: error,
  })
}

const REMEDY: Partial<Record<KafkaFaultCode, string>> = {
  unreachable: ' (is the broker running, and is its address right?)',
  'unknown-topic': ' (create the topic first; names are case-sensitive)',
  'not-authorized': ' (check the user, the password and the ACLs)',
  crashed:
    ' (this client reads gzip and zstd: set compression.type of the topic to one of them, and write its records anew)',
  'too-large': " (raise the topic's max.message.bytes, or send less)",
}

interface ClientError extends Error {
  readonly type?: string
  readonly retriable?: boolean
  readonly errors?: readonly unknown[]
  readonly groups?: readonly { readonly error?: unknown }[]
}

/** The error, what caused it, and the parts of an aggregate, outermost first. */
export function causes(error: unknown, depth = 0): ClientError[] {
  if (!(error instanceof Error) || depth > 5) return []
  const one = error as ClientError
  const inner = [one.cause, ...(one.errors ?? []), ...(one.groups ?? []).map((group) => group.error)]
  return [one, ...inner.flatMap((cause) => causes(cause, depth + 1))]
}
