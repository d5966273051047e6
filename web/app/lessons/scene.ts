import type { DeedName } from '../../hub/protocol.ts'
import type { MetricName } from '../state/baseline.ts'

/** One thing that a scene does to the real shop. */
export type Act =
  | {
      readonly kind: 'order'
      readonly count: number
      readonly ratePerS?: number
      readonly saga?: 'orchestration'
    }
  | { readonly kind: 'deed'; readonly deed: DeedName }
  /** Until the orders placed before it are confirmed. */
  | { readonly kind: 'wait' }
  | {
      readonly kind: 'break'
      readonly fault: string
      readonly settings?: Readonly<Record<string, unknown>>
      readonly seconds?: number
    }
  | { readonly kind: 'mend'; readonly fault: string }
  | { readonly kind: 'scale'; readonly service: string; readonly instances: number }
  | { readonly kind: 'rewind'; readonly service: string; readonly topic: string }

export interface Deed {
  /** On the one button. */
  readonly button: string
  readonly acts: readonly Act[]
  /** What to look at while it happens. */
  readonly look: string
}

/** A guided scene: a question, a prediction, one click on the real shop, what was measured, and why. */
export interface Scene {
  readonly id: string
  readonly title: string
  readonly question: string
  readonly choices: readonly string[]
  /** Index of the choice that comes true. */
  readonly right: number
  readonly first: Deed
  /** The other half of a comparison: the same with more instances, or with a safety off. */
  readonly second?: Deed
  /** The numbers that tell it, the most telling first. */
  readonly watch: readonly MetricName[]
  readonly why: string
  /** What is otherwise where all nine services run. */
  readonly inWhole?: Partial<Pick<Scene, 'question' | 'choices' | 'first' | 'second'>>
  /** There has to be such a service. */
  readonly needs?: string
}

export type StepName = 'ask' | 'first' | 'second' | 'why'

export const stepsOf = ({ second }: Scene): readonly StepName[] =>
  second ? ['ask', 'first', 'second', 'why'] : ['ask', 'first', 'why']
