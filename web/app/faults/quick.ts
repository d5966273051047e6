import type { FaultView } from '../../hub/protocol.ts'

/** On the keys 1 to 6, in this order; where the shop has not got one, the next that it has takes the place. */
export const QUICK_IDS: readonly string[] = ['decline', 'out-of-stock', 'kill', 'slow', 'duplicate', 'poison']

export function quickFaults(faults: readonly FaultView[]): FaultView[] {
  const first = QUICK_IDS.flatMap((id) => faults.find((fault) => fault.id === id) ?? [])
  const rest = faults.filter(({ id }) => !QUICK_IDS.includes(id))
  return [...first, ...rest].slice(0, QUICK_IDS.length)
}

export const isOn = ({ phase }: FaultView): boolean => phase === 'asked' || phase === 'confirmed'
