import { setTimeout as pause } from 'node:timers/promises'
import { percentile } from '../../../cli/shop/ends.ts'
import type { Rig } from './rig.ts'
import type { Snapshot } from './snapshot.ts'

/** Orders between two moments count; the journal keeps both under a name. */
export const during = async <T>(rig: Rig, name: string, work: () => Promise<T>): Promise<T> => {
  const from = Date.now()
  const result = await work()
  rig.journal.write('watch', name, 'info', { from, to: Date.now() })
  return result
}

/** Nothing happens to the shop but its customers. */
export const calm = (rig: Rig, ms: number): Promise<void> => during(rig, 'calm', () => pause(ms))

/** From placed to ended, in ms, of the orders placed while `name` went on; null when there were none. */
export const p99 = ({ journal, orders }: Pick<Snapshot, 'journal' | 'orders'>, name: string): number | null => {
  const window = journal.find(({ process, f }) => process === 'watch' && f === name)
  if (window === undefined) return null
  const [from, to] = [Number(window.value.from), Number(window.value.to)]
  const times = orders
    .filter(({ createdAt }) => createdAt >= from && createdAt < to)
    .map(({ createdAt, updatedAt }) => updatedAt - createdAt)
  return percentile(
    times.sort((a, b) => a - b),
    0.99,
  )
}
