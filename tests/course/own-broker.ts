import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before } from 'node:test'
import { startBroker, type ThrowawayBroker } from '../../cli/broker/throwaway.ts'
import { warmUp } from '../../cli/grade/run/warm-up.ts'

/**
 * A broker for the tests of this file alone: the core topics have fixed names, and what one file empties another would miss. Call it at the top level;
 * what it returns gives host:port once the tests run.
 */
export function ownBroker(): () => string {
  let dir: string
  let broker: ThrowawayBroker | undefined
  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'lab-course-'))
    broker = await startBroker({ dir })
    await warmUp(broker.brokers)
  })
  after(async () => {
    await broker?.kill9()
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  })
  return () => broker?.brokers ?? ''
}
