import { startCustomers } from './customers.ts'
import { pendingOrders } from './heal.ts'
import { inflict } from './nemesis.ts'
import { nameOf, type Place, type Rig, SESSION_MS } from './rig.ts'
import { waitFor } from './wait.ts'

/** What the kit promises after a lone `kill -9`: a session for the group to notice, and a little. */
export const RECOVERY_MS = SESSION_MS + 5_000
const ORDERS = 20

/**
 * Kills one process amid orders, without any healing: `restart` starts it again at once, as a supervisor does; without it its fellow instance
 * has to take over all that it left, at the worst point there is: committed and not yet sent. Proof: ms from the kill until every order has ended.
 */
export const loneKill = (rig: Rig, place: Place, { restart }: { restart: boolean }): Promise<boolean> =>
  inflict(rig, 'kill', { place: nameOf(place), restart }, async () => {
    if (!restart) {
      await rig.fleet.restart(place.service, place.instance, { CRASH_AT: 'relay.before-send#3' })
      await rig.fleet.waitReady()
    }
    const customers = startCustomers(rig, 2 * ORDERS)
    await waitFor('customers have ordered', () => customers.accepted() >= ORDERS, { deadlineMs: 20_000 })
    if (restart) await rig.fleet.kill(place.service, place.instance, 'SIGKILL')
    await waitFor(`${nameOf(place)} is gone`, () => rig.isDown(place), { deadlineMs: 20_000, everyMs: 5 })
    const killedAt = performance.now()
    if (restart) await rig.fleet.restart(place.service, place.instance)
    await waitFor('more have ordered', () => customers.accepted() >= 2 * ORDERS, { deadlineMs: 20_000 })
    await customers.stop()
    await waitFor('all orders ended', async () => (await pendingOrders(rig)) === 0, { deadlineMs: 30_000 })
    return { recoveredMs: Math.round(performance.now() - killedAt) }
  })
