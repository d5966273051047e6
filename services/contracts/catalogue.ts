import type { z } from 'zod'
import type { Envelope } from '../../kit/service/envelope.ts'
import { coreEvents } from './core-events.ts'
import type { EventType } from './event-type.ts'
import { wholeEvents } from './whole-events.ts'

/**
 * The one list of events. Types, JSON Schema, AsyncAPI, docs/events.md, topic creation and the dashboard's map all come from here.
 * An event type is the name of its topic; its dead letters go to `<topic>-dlq`.
 */
export const catalogue = { ...coreEvents, ...wholeEvents } as const satisfies Record<string, EventType>

export type Catalogue = typeof catalogue
export type EventName = keyof Catalogue
export type DataOf<Name extends EventName> = z.infer<Catalogue[Name]['data']>

/** An event as it lies on its topic, e.g. `EventOf<'order-created' | 'order-cancelled'>`; a union can be told apart by `eventType`. */
export type EventOf<Name extends EventName> = { [N in Name]: Envelope<N, DataOf<N>> }[Name]

/** An event before the kit puts its envelope around it. */
export type NewEvent<Name extends EventName> = {
  [N in Name]: {
    readonly type: N
    readonly data: DataOf<N>
    /** Tells two events of one type and key apart (a counter, say); needed only where there can be two. */
    readonly occurrence?: number
  }
}[Name]

/** Which services run: the four of the course, or all nine. */
export type ShopSize = 'core' | 'whole'

export const eventNames = Object.keys(catalogue) as EventName[]
export const coreEventNames = Object.keys(coreEvents) as EventName[]
export const groupOf = (service: string): string => `${service}-group`
export const dlqOf = (topic: string): string => `${topic}-dlq`

/** The events of such a shop. */
export const eventsOf = (size: ShopSize): readonly EventName[] => (size === 'core' ? coreEventNames : eventNames)

/** The services that consume an event in such a shop. */
export const consumersOf = (name: EventName, size: ShopSize = 'core'): readonly string[] => {
  const { consumers, inWhole }: EventType = catalogue[name]
  return size === 'whole' ? (inWhole ?? consumers) : consumers
}
export const consumedBy = (service: string, size: ShopSize = 'core'): EventName[] =>
  eventsOf(size).filter((name) => consumersOf(name, size).includes(service))
export const producedBy = (service: string, size: ShopSize = 'core'): EventName[] =>
  eventsOf(size).filter((name) => catalogue[name].producer === service)
