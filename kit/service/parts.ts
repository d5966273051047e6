import type { Logger } from 'pino'
import type { Bus } from '../kafka/bus.ts'
import type { Ledger } from '../store/ledger.ts'
import type { Store } from '../store/store.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Tracing } from '../telemetry/spans.ts'
import type { Faults } from './faults.ts'
import type { Narrator } from './narrator.ts'
import type { Relay } from './relay.ts'
import type { BaseSettings } from './settings.ts'
import type { Switches } from './switches/switches.ts'

/** What a service is given to build itself from. Opened once, by run.ts; everything below takes its clock and its I/O from here. */
export interface Parts<DB, Settings extends BaseSettings = BaseSettings> {
  readonly service: string
  readonly settings: Settings
  /** Names this instance in the outbox. */
  readonly owner: string
  readonly store: Store<DB>
  readonly ledger: Ledger
  readonly bus: Bus
  readonly relay: Relay
  readonly metrics: Metrics
  readonly tracing: Tracing
  readonly faults: Faults
  readonly switches: Switches
  readonly narrator: Narrator
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly now: () => number
}
