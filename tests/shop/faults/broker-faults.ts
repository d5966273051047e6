import { probe } from '../../../cli/broker/probe.ts'
import { inflict } from './nemesis.ts'
import type { Rig } from './rig.ts'
import { waitFor } from './wait.ts'

const isSilent = async ({ broker }: Rig): Promise<boolean> => (await probe(broker.brokers, 500)).kind === 'silent'

/** The power fails, and comes back. */
export const killBroker = (rig: Rig): Promise<boolean> =>
  inflict(rig, 'broker-kill', {}, async () => {
    const pid = rig.broker.pid()
    await rig.broker.kill9()
    const silent = await isSilent(rig)
    await rig.broker.restart()
    if (!silent) throw new Error('the broker went on answering')
    return { pid }
  })

/** Connections stay open and nothing answers, for `ms`. */
export const freezeBroker = (rig: Rig, ms: number): Promise<boolean> =>
  inflict(rig, 'broker-freeze', { ms }, async () => {
    const frozenAt = performance.now()
    await rig.broker.freeze()
    try {
      const silent = await isSilent(rig)
      await waitFor('its time is up', () => performance.now() - frozenAt >= ms, { deadlineMs: ms + 5_000 })
      if (!silent) throw new Error('the broker went on answering')
      return { pid: rig.broker.pid() }
    } finally {
      await rig.broker.thaw()
    }
  })
