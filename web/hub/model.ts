import type { Kind, ShopKind } from './protocol.ts'

/** What the hub knows of a shop before it has seen anything of it. It comes from the event catalogue; the hub itself names no event. */
export interface ShopModel {
  readonly kind: Exclude<ShopKind, 'recording'>
  /** In the order in which an order meets them. */
  readonly services: readonly ServiceModel[]
  readonly topics: readonly TopicModel[]
  /** In what a value differs from the schema of its topic's events, in words; empty where it does not, or where there is no schema. */
  problemsOf(topic: string, value: Buffer | null): readonly string[]
  /** Is a topic that the model does not name the shop's all the same? On a broker of its own every topic is. */
  isOurs(topic: string): boolean
}

export interface ServiceModel {
  readonly name: string
  /** Its consumer group; null where the service is free to choose. */
  readonly group: string | null
}

export interface TopicModel {
  readonly name: string
  readonly summary: string
  readonly producer: string | null
  readonly consumers: readonly string[]
  readonly kind: Kind
  /** Where dead letters of its consumers go; null where nobody writes any. */
  readonly deadLetters: string | null
  /** Its part in an order's saga; null for what belongs to no order. */
  readonly step: StepModel | null
}

/**
 * A step of the saga. `forward` steps come one after another in the model's order; a `failure` takes the place of the forward step `of`;
 * a `compensation` undoes the forward step `of`, if that was done.
 */
export interface StepModel {
  readonly title: string
  /** For sentences, such as `paid`. */
  readonly word: string
  readonly lane: 'forward' | 'failure' | 'compensation'
  readonly of: string | null
}
