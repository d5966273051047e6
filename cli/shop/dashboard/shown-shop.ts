import type { Bus } from '../../../kit/kafka/bus.ts'
import type { ShopModel } from '../../../web/hub/model.ts'
import type { Deeds, Instance } from '../../../web/hub/ports.ts'
import type { Door } from '../door.ts'

/** The shop that is shown. Some of it comes up after the dashboard does: what is asked for earlier is not there yet. */
export interface ShownShop {
  readonly model: ShopModel
  readonly brokers: readonly string[]
  instances(): readonly Instance[]
  /** Where orders come in, where that is not simply the order service. */
  door?(): Door | null
  /** What lessons do beside orders and faults; absent where the shop has nothing of the kind. */
  readonly deeds?: (bus: () => Bus) => Deeds
  readonly scale: ((service: string, instances: number) => Promise<void>) | null
  /** Stops a service's processes while `work` is done, and starts them again. */
  readonly whileStopped: ((service: string, work: () => Promise<number>) => Promise<number>) | null
}
