import type { EventName } from './catalogue.ts'

/** Turns data of version `n` into data of version `n + 1`. Pure; it knows old shapes that no schema of today describes. */
export type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>

/** For each event type, its steps by the version that they start from. A schema that gets version 2 gets the step 1 here. */
export const upcasters: Readonly<Partial<Record<EventName, Readonly<Record<number, Upcaster>>>>> = {}
