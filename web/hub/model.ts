import type { Bundle, Kind, ShopKind } from './protocol.ts'

/** What the hub knows of a shop before it has seen anything of it. It comes from the event catalogue; the hub itself names no event. */
export interface ShopModel {
  readonly kind: Exclude<ShopKind, 'recording'>
  /** In the order in which an order meets them. */
  readonly services: readonly ServiceModel[]
  readonly topics: readonly TopicModel[]
  /** What the map keeps folded away until somebody asks for it. */
  readonly bundles?: readonly Bundle[]
  /** In what a value differs from the schema of its topic's events, in words; empty where it does not, or where there is no schema. */
  problemsOf(topic: string, value: Buffer | null): readonly string[]
  /** Is a topic that the model does not name the shop's all the same? On a broker of its own every topic is. */
  isOurs(topic: string): boolean
}

export interface ServiceModel {
  readonly name: string
  /** Its consumer group; null where the service is free to choose. */
  readonly group: string | null
  /** Its place on the map, where that is not told by the topics that lead to it. */
  readonly column?: number
  /** A service that it calls over HTTP, while the caller waits. */
  readonly calls?: string
}

export interface TopicModel {
  readonly name: string
  readonly summary: string
  readonly producer: string | null
  readonly consumers: readonly string[]
  readonly kind: Kind
  /** Where dead letters of its consumers go; null where nobody writes any. */
  readonly deadLetters: string | null
  /** Its parts in an order's saga, the first that fits a record; empty for what belongs to no saga. */
  readonly steps: readonly StepModel[]
  /** Is its key an order's id, though it may be no step? */
  readonly ofOrder: boolean
}

/** Who leads an order through: every service by itself, or one that gives orders. */
export type SagaKind = 'choreography' | 'orchestration'

/**
 * A step of the saga. `forward` steps come one after another in the model's order; a `failure` takes the place of the forward step `of`;
 * a `compensation` undoes the forward step `of`, if that was done.
 */
export interface StepModel {
  /** Unique in the model, such as the topic's name where all its records are this step. */
  readonly id: string
  readonly title: string
  /** For sentences, such as `paid`. */
  readonly word: string
  readonly lane: 'forward' | 'failure' | 'compensation'
  /** The id of another step. */
  readonly of: string | null
  /** In the order in which an order meets them, over all topics; default: the place in the model. */
  readonly rank?: number
  /** The kind of saga that it belongs to. Default: both. */
  readonly saga?: SagaKind
  /** Which records of the topic it is, by their data. Default: all. */
  readonly when?: (data: Readonly<Record<string, unknown>>) => boolean
  /** What such a record means, where that differs from the other records of its topic. */
  readonly kind?: Kind
}
