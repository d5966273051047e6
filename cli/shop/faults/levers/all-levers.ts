import type { Bus } from '../../../../kit/kafka/bus.ts'
import type { BreakableShop } from '../breakable-shop.ts'
import type { Toggle } from '../toggle.ts'
import { brokerFreezeLever, brokerRestartLever } from './broker.ts'
import { crashLever } from './crash.ts'
import { duplicateLever } from './duplicate.ts'
import type { Lever } from './lever.ts'
import { poisonLever, reorderLever } from './log.ts'
import { downLever, freezeLever } from './processes.ts'
import { switchLever } from './switches.ts'

/** The lever behind a toggle. `bus` is only asked for where records are written or read. */
export const leverOf = (toggle: Toggle, shop: BreakableShop, bus: () => Bus): Lever => {
  const lever = workingPart(toggle, shop, bus)
  const { needs } = toggle
  if (needs === undefined) return lever
  const lacks = () => (shop.members().some(({ name }) => name === needs) ? undefined : WHOLE_ONLY)
  return { ...lever, unavailable: () => lever.unavailable() ?? lacks() }
}

const WHOLE_ONLY = "It is about what only the whole shop has: 'lab demo' without --core."

const workingPart = (toggle: Toggle, shop: BreakableShop, bus: () => Bus): Lever => {
  switch (toggle.id) {
    case 'kill':
    case 'pause':
      return downLever(toggle, shop)
    case 'crash':
      return crashLever(shop)
    case 'identity-down':
      return ofOneService(toggle, downLever(toggle, shop))
    case 'saga-crash':
      return ofOneService(toggle, crashLever(shop))
    case 'freeze':
      return freezeLever(shop)
    case 'duplicate':
      return duplicateLever(shop, bus)
    case 'reorder':
      return reorderLever(bus)
    case 'poison':
      return poisonLever(bus)
    case 'broker-freeze':
      return brokerFreezeLever(shop)
    case 'broker-restart':
      return brokerRestartLever(shop)
    default:
      return switchLever(toggle, shop)
  }
}

/** A toggle whose service is no setting: it is always the same. */
const ofOneService = ({ targets: [service] }: Toggle, lever: Lever): Lever => ({
  ...lever,
  targetOf: () => service ?? '',
  inject: (settings, mendsAt) => lever.inject({ ...settings, service }, mendsAt),
})
