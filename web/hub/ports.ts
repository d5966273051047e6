import type { Bus, KafkaFault, LogRecord } from '../../kit/kafka/bus.ts'
import type { DeadLetterReason } from '../../kit/service/dead-letter.ts'
import type { ShopModel } from './model.ts'
import type { DeedName, FaultView, OrderRequest } from './protocol.ts'

/** A process of the shop. */
export interface Instance {
  readonly service: string
  /** 0, 1, … */
  readonly instance: number
  /** Such as `http://127.0.0.1:5000`. */
  readonly url: string
  /** False once it has ended. */
  readonly runs: boolean
}

/** The failure toggles. Whatever these throw is told to the page by its message and remedy. */
export interface FaultPort {
  list(): Promise<readonly FaultView[]>
  /** Resolves when the effect was seen. `settings` may hold `forSeconds` (0: until mended) and `seed` beside the toggle's own. */
  inject(id: string, settings: Readonly<Record<string, unknown>>): Promise<void>
  mend(id: string): Promise<void>
  /** Told that some toggle changed; returns how to stop being told. */
  onChange(listener: () => void): () => void
}

/** A record of a dead-letter topic. */
export interface Letter {
  readonly record: LogRecord
  readonly reason: DeadLetterReason | null
  readonly replayed: boolean
}

export interface LetterPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** What the hub asks of the shop that it shows. Null: that cannot be done with this shop. */
export interface ShopPorts {
  readonly bus: Bus
  /** As they are now. */
  instances(): readonly Instance[]
  /** Listens to topics without taking part, and keeps `positions` (`topic/partition` → next offset) up to date; places that are missing in it begin at `from`. */
  startTap(options: {
    readonly topics: readonly string[]
    readonly positions: Map<string, bigint>
    readonly from: 'now' | 'beginning'
    readonly onRecords: (records: readonly LogRecord[]) => void
    readonly onFatal: (fault: KafkaFault) => void
  }): Promise<{ stop(): Promise<void> }>
  /** Resolves with the answer of the order service; rejects where it does not answer. */
  placeOrder(
    order: Pick<OrderRequest, 'productId' | 'quantity' | 'amount' | 'saga'>,
  ): Promise<{ readonly status: number; readonly orderId: string | null }>
  /** Every letter that is kept, of one topic or of all. */
  deadLetters(topic: string | null): Promise<readonly Letter[]>
  /** Publishes a letter again where it came from; `editedValue` in place of its own. `group`: the one that could not handle it, if that is known. */
  replay(
    place: LetterPlace,
    editedValue: string | null,
  ): Promise<{ readonly to: string | null; readonly trouble: string | null; readonly group: string | null }>
  readonly faults: FaultPort | null
  readonly scale: ((service: string, instances: number) => Promise<void>) | null
  /** Lets a group read a topic from its beginning; resolves with the number of records that it will read again. */
  readonly rewind: ((group: string, topic: string) => Promise<number>) | null
  /** Null where the shop has nothing of the kind. */
  readonly deeds: Deeds | null
}

/** Each resolves with what was measured, in words. */
export type Deeds = Readonly<Record<DeedName, () => Promise<string>>>

export interface HubOptions {
  readonly model: ShopModel
  readonly ports: ShopPorts
  /** Folder of the built page; null until there is one. Asked at each load of the page. */
  readonly page: () => PageState
  /** Loopback port; taken, or the next free one above it. */
  readonly port: number
  /** The presenter's token, where a hub of before is to be followed by one that its pages know; at least 32 characters. Default: a new one. */
  readonly token?: string
  /** Shows the class a read-only view on this address of the machine. */
  readonly lan?: string
  /** After which that view shuts by itself. Default: three hours. */
  readonly lanForMs?: number
  /** Told one line for each thing that a presenter changed. */
  readonly audit?: (entry: AuditEntry) => void
  /** Told of troubles that pass, such as a Kafka that does not answer. */
  readonly log?: (message: string) => void
}

export type PageState =
  | { readonly state: 'ready'; readonly dir: string }
  | { readonly state: 'building' }
  | { readonly state: 'missing'; readonly reason: string }

export interface AuditEntry {
  /** ISO 8601. */
  readonly at: string
  readonly address: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly body: unknown
}
