import type { Service } from '../check/contract.ts'
import type { RunEnd, RunProcess } from './run-process.ts'

export interface RunningService {
  readonly name: Service
  readonly url: string
  /** Of the moment: a service that was started again has another one. */
  readonly process: RunProcess
}

interface Slot extends RunningService {
  process: RunProcess
  /** It is down because somebody wants it to be. */
  isHeld: boolean
  readonly launch: () => Promise<RunProcess>
}

/** A place for each service of a shop: processes go in and out of it. */
export interface Slots {
  readonly services: readonly RunningService[]
  /** Starts the first process of a service. */
  add(name: Service, url: string, launch: () => Promise<RunProcess>): Promise<void>
  /** Ends a service, in order or at once; it stays down until `start`. */
  end(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Starts a service that is down; does not wait until it answers. */
  start(name: string): Promise<void>
  /** All services are added: resolves when the last of them has ended, and none is to be started again. */
  allEnded(): Promise<void>
  stopAll(): Promise<void>
}

export const createSlots = (onEnd: (name: string, end: RunEnd) => void): Slots => {
  const slots: Slot[] = []
  const over = Promise.withResolvers<void>()
  let isComplete = false
  const look = (): void => {
    if (isComplete && slots.every(({ process, isHeld }) => process.end !== undefined && !isHeld)) over.resolve()
  }
  const slotOf = (name: string): Slot => slots.find((slot) => slot.name === name)!
  const follow = (name: string, process: RunProcess): void =>
    void process.ended.then((end) => {
      onEnd(name, end)
      look()
    })
  return {
    services: slots,
    add: async (name, url, launch) => {
      const process = await launch()
      slots.push({ name, url, process, isHeld: false, launch })
      follow(name, process)
    },
    end: async (name, signal) => {
      const slot = slotOf(name)
      slot.isHeld = true
      if (signal === 'SIGKILL') slot.process.killTree()
      else await slot.process.stop()
      await slot.process.ended
    },
    start: async (name) => {
      const slot = slotOf(name)
      if (slot.process.end !== undefined) {
        slot.process = await slot.launch()
        follow(name, slot.process)
      }
      slot.isHeld = false
    },
    allEnded: () => {
      isComplete = true
      look()
      return over.promise
    },
    stopAll: async () => {
      await Promise.all(slots.map(({ process }) => process.stop()))
    },
  }
}
