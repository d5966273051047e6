import { referenceModel } from '../../cli/shop/dashboard/shop-model.ts'
import { layOut } from '../../web/hub/core/topology.ts'
import type { EdgeCount, FaultView, ServiceState, Snapshot } from '../../web/hub/protocol.ts'

const PARTITIONS = 6
const model = referenceModel(true, 'whole')

/** The map of all nine services, as the hub lays it out. */
const wholeTopology = layOut(model, {
  partitions: new Map(model.topics.map(({ name }) => [name, PARTITIONS])),
  reads: new Map(),
  urls: new Map(model.services.map(({ name }) => [name, `http://127.0.0.1/${name}`])),
})

const wholeServices: readonly ServiceState[] = model.services.map(({ name }) => ({
  ...{ name, health: 'up', instances: 1, outboxDepth: 0, outboxOldestMs: null },
}))

/** So many events on each topic that is a step of the choreographed saga. */
const counts = (orchestrated: boolean): Record<string, EdgeCount> =>
  Object.fromEntries(
    model.topics
      .filter(({ name, steps }) => steps.length > 0 && (orchestrated || !name.includes('.saga.')))
      .map(({ name, producer }) => [`${producer}>${name}`, { ok: 12 }]),
  )

export const wholeSnapshot = (
  more: { readonly orchestrated?: boolean; readonly faults?: readonly FaultView[] } = {},
): Partial<Snapshot> => ({
  ...{ topology: wholeTopology, services: wholeServices, groups: [] },
  counts: counts(more.orchestrated ?? false),
  ...(more.faults === undefined ? {} : { faults: more.faults }),
})
