import type { Bus } from '../../../kit/kafka/bus.ts'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { LabError } from '../../command.ts'
import type { BreakableShop } from './breakable-shop.ts'
import type { FaultDesk, FaultState } from './fault-desk.ts'
import { leverOf } from './levers/all-levers.ts'
import { readSettings, requireToggle } from './settings.ts'
import { Station } from './station.ts'
import { TOGGLES } from './toggles.ts'

const LOOK_MS = 300
/** How long a fault that happened once stays on show. */
const SHOWN_MS = 5_000

/** The desk of a shop that this program runs. `release` undoes what would outlive the shop: a frozen broker, frozen processes. */
export interface LocalDesk extends FaultDesk {
  release(): Promise<void>
}

export const createFaultDesk = (shop: BreakableShop): LocalDesk => new Desk(shop)

class Desk implements LocalDesk {
  readonly #stations: ReadonlyMap<string, Station>
  readonly #listeners = new Set<(state: FaultState) => void>()
  #bus: Bus | undefined
  #isClosed = false

  constructor(shop: BreakableShop) {
    const bus = () => (this.#bus ??= createBus({ brokers: shop.brokers, clientId: 'lab-faults', log: () => {} }))
    this.#stations = new Map(TOGGLES.map((toggle) => [toggle.id, new Station(toggle, leverOf(toggle, shop, bus))]))
  }

  async list(): Promise<FaultState[]> {
    return [...this.#stations.values()].map((station) => station.shown())
  }

  async inject(id: string, given: unknown): Promise<FaultState> {
    const station = this.#station(id)
    const reason = station.lever.unavailable()
    if (reason !== undefined) {
      throw new LabError('unavailable', `${station.toggle.title} is not available here.`, reason, { exit: 2 })
    }
    const settings = readSettings(station.toggle, given)
    return station.next(() => this.#break(station, settings))
  }

  async mend(id: string | 'all'): Promise<void> {
    const stations = id === 'all' ? [...this.#stations.values()] : [this.#station(id)]
    // Whoever needs Kafka to be mended has to wait for Kafka.
    const [broker, others] = [stations.filter(isBroker), stations.filter((station) => !isBroker(station))]
    for (const station of broker) await station.next(() => this.#mend(station))
    const done = await Promise.allSettled(others.map((station) => station.next(() => this.#mend(station))))
    for (const one of done) if (one.status === 'rejected') throw one.reason
  }

  onChange(listener: (state: FaultState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const station of this.#stations.values()) station.stopTimers()
    this.#listeners.clear()
    await this.#bus?.close()
  }

  async release(): Promise<void> {
    for (const id of ['broker-freeze', 'freeze']) await this.mend(id).catch(() => {})
    await this.close()
  }

  #station(id: string): Station {
    return this.#stations.get(requireToggle(id).id)!
  }

  async #break(station: Station, settings: Record<string, unknown>): Promise<FaultState> {
    // Set anew, perhaps on another service: the old one is undone first.
    if (station.isOn && !station.isMomentary) await station.lever.mend()
    station.stopTimers()
    station.asked(settings, Date.now())
    this.#tell(station)
    try {
      const injected = await station.lever.inject(settings, station.state.mendsAt)
      station.state = { ...station.state, phase: 'confirmed', injected }
    } catch (error) {
      await station.lever.mend().catch(() => {})
      station.off((error as Error).message)
      this.#tell(station)
      throw error
    }
    if (station.isMomentary) station.state = { ...station.state, mendsAt: Date.now() + SHOWN_MS }
    this.#mendLater(station)
    this.#tell(station)
    this.#lookSoon(station)
    return station.state
  }

  #mendLater(station: Station): void {
    const { mendsAt } = station.state
    if (mendsAt === undefined) return
    const mend = () => station.next(() => this.#mend(station)).catch(() => {})
    station.timer = setTimeout(() => void mend(), Math.max(0, mendsAt - Date.now()))
  }

  async #mend(station: Station): Promise<void> {
    if (!station.isOn) return
    station.stopTimers()
    await this.#look(station)
    try {
      await station.lever.mend()
      station.off()
    } catch (error) {
      // It stays on show, so that it can be mended again.
      station.state = { ...station.state, reason: (error as Error).message }
      throw error
    } finally {
      this.#tell(station)
    }
  }

  /** Each toggle by itself: one that is waiting for a process keeps nobody from another. */
  #lookSoon(station: Station): void {
    if (this.#isClosed || station.state.phase !== 'confirmed' || station.lever.look === undefined) return
    const look = async (): Promise<void> => {
      await station.next(() => this.#look(station))
      this.#lookSoon(station)
    }
    clearTimeout(station.looking)
    station.looking = setTimeout(() => void look(), LOOK_MS).unref()
  }

  /** Counts anew; a fault that is over by itself goes off. */
  async #look(station: Station): Promise<void> {
    if (station.state.phase !== 'confirmed' || station.lever.look === undefined) return
    // Whatever hinders the look (the service is just down, say) passes, or the next look tells.
    const look = await station.lever.look().catch(() => null)
    if (look === null) return
    const changed = look.injected !== station.state.injected || look.isOver
    station.state = { ...station.state, injected: look.injected }
    if (look.isOver) station.off()
    if (changed) this.#tell(station)
  }

  #tell(station: Station): void {
    for (const listener of this.#listeners) listener(station.state)
  }
}

const isBroker = ({ toggle }: Station): boolean => toggle.kind === 'broker'
