import type { LogRecord } from '../../kafka/bus.ts'
import type { AnyEnvelope, EventReader } from '../envelope.ts'
import type { Switches } from './switches.ts'

export interface IntakeOptions {
  readonly switches: Pick<Switches, 'hold' | 'deadLetters'>
  readonly read: EventReader<AnyEnvelope>
  readonly submit: (records: readonly LogRecord[]) => Promise<void>
}

/**
 * The records of one partition on their way into the work. A partition is kept back by throwing: its records come again, as they do after
 * any fault of the machine, and the other partitions go on.
 */
export const createIntake = ({ switches: { hold, deadLetters }, read, submit }: IntakeOptions) => {
  /** Counts a record that blocks once, however often it comes again. */
  let blocking = ''
  const refuse = async (records: readonly LogRecord[]): Promise<void> => {
    const bad = records.findIndex(({ topic, value }) => !read(topic, value).ok)
    if (bad > 0) await submit(records.slice(0, bad))
    const record = records[bad]
    if (record === undefined) return submit(records)
    const place = `${record.topic}/${record.partition} offset ${record.offset}`
    if (place !== blocking) deadLetters.injected += 1
    blocking = place
    throw new Error(`${place} cannot be read, and the dead letters are switched off: it blocks its partition`)
  }
  return async (records: readonly LogRecord[]): Promise<void> => {
    if (hold.on !== null && hold.on.partition === records[0]?.partition) {
      hold.injected += 1
      throw new Error(`partition ${hold.on.partition} is held back by a failure toggle`)
    }
    return deadLetters.on?.mode === 'block' ? refuse(records) : submit(records)
  }
}
