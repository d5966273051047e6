import type { TopicSpec } from '../kafka/bus.ts'
import type { Migration } from '../store/store.ts'
import type { RunningConsumer } from './consumer.ts'
import type { Authenticate } from './http/auth.ts'
import type { Route } from './http/route.ts'
import type { Parts } from './parts.ts'
import type { Publish } from './relay.ts'
import type { BaseSettings } from './settings.ts'

export interface Background {
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

/** A service, as its main.ts describes it. */
export interface ServiceSpec<DB, Settings extends BaseSettings> {
  readonly name: string
  readonly group: string
  readonly version: string
  readonly settings: Settings
  readonly migrations: readonly Migration[]
  /** Topics that it reads or writes; those that are missing are made. */
  readonly topics: readonly TopicSpec[]
  /** Other ways out of the outbox than Kafka. */
  readonly publish?: (kafka: Publish, parts: Pick<Parts<DB, Settings>, 'narrator' | 'log'>) => Publish
  /** Work that must be done before anything is consumed or served. */
  readonly prepare?: (parts: Parts<DB, Settings>) => Promise<void>
  readonly routes: (parts: Parts<DB, Settings>) => readonly Route[]
  /** In the place of asking AUTH_ISSUER for its keys: how tokens are checked. */
  readonly authenticate?: (parts: Parts<DB, Settings>) => Promise<Authenticate>
  /** Work that goes on beside the consumer: deadlines, timers. Started when the topics are there. */
  readonly background?: (parts: Parts<DB, Settings>) => Background
  /** Absent: it reads no topic, and is ready when its own are there. */
  readonly consume?: (parts: Parts<DB, Settings>, onFatal: (error: Error) => void) => RunningConsumer
}
