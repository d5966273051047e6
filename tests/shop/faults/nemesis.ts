import type { Rig } from './rig.ts'

/** What shows that a fault took hold. */
export type Proof = Readonly<Record<string, unknown>>

/**
 * Does a fault and notes whether it landed: `work` returns the proof, or throws when there is none. A fault that missed makes the whole run
 * worth nothing, so it is not thrown on but noted; see `missedFaults`.
 */
export const inflict = async (rig: Rig, f: string, target: Proof, work: () => Promise<Proof>): Promise<boolean> => {
  rig.journal.write('nemesis', f, 'invoke', target)
  try {
    const proof = await work()
    rig.journal.write('nemesis', f, 'ok', { ...target, ...proof })
    return true
  } catch (error) {
    rig.journal.write('nemesis', f, 'fail', { ...target, why: String(error) })
    return false
  }
}

const faults = (rig: Pick<Rig, 'journal'>, type: 'ok' | 'fail') =>
  rig.journal.entries.filter((entry) => entry.process === 'nemesis' && entry.type === type)

export const landedFaults = (rig: Pick<Rig, 'journal'>) => faults(rig, 'ok')
export const missedFaults = (rig: Pick<Rig, 'journal'>) => faults(rig, 'fail')
