import type { LabBroker } from '../../broker/lab-broker.ts'
import { studentModel } from './shop-model.ts'
import type { ShownShop } from './shown-shop.ts'

/** What the dashboard needs of a learner's running shop. */
interface RunningShop {
  readonly services: readonly {
    readonly name: string
    readonly url: string
    /** `end` is undefined while it runs. */
    readonly process: { readonly end: unknown }
  }[]
  end(name: string, signal: 'SIGTERM'): Promise<void>
  start(name: string): Promise<void>
}

/** A learner's shop as the dashboard shows it: from outside, by its topics, groups and ports. Empty until it is there. */
export function shownMyShop({ brokers, kind }: Pick<LabBroker, 'brokers' | 'kind'>): {
  shop: ShownShop
  use: (shop: RunningShop) => void
} {
  let running: RunningShop | null = null
  const shop: ShownShop = {
    model: studentModel(kind !== 'external'),
    brokers: brokers.split(','),
    instances: () =>
      (running?.services ?? []).map(({ name, url, process }) => ({
        ...{ service: name, instance: 0, url },
        runs: process.end === undefined,
      })),
    scale: null,
    whileStopped: async (name, work) => {
      if (!running?.services.some((service) => service.name === name)) return work()
      await running.end(name, 'SIGTERM')
      try {
        return await work()
      } finally {
        await running.start(name)
      }
    },
  }
  return {
    shop,
    use: (given) => {
      running = given
    },
  }
}
