import { probe } from '../../../broker/probe.ts'
import type { BreakableBroker, BreakableShop } from '../breakable-shop.ts'
import { type Lever, notConfirmed, seen } from './lever.ts'

const QUICKLY_MS = 500

const answers = async ({ address }: BreakableBroker): Promise<boolean> =>
  (await probe(address, QUICKLY_MS)).kind !== 'silent'

const brokerOf = ({ broker }: BreakableShop): BreakableBroker => {
  if (typeof broker === 'string') throw notConfirmed(broker)
  return broker
}

const unavailable = ({ broker }: BreakableShop): string | undefined => (typeof broker === 'string' ? broker : undefined)

export const brokerFreezeLever = (shop: BreakableShop): Lever => {
  let isFrozen = false
  return {
    unavailable: () => unavailable(shop),
    targetOf: () => 'kafka',
    inject: async () => {
      const broker = brokerOf(shop)
      if ((await broker.pid()) === undefined) throw notConfirmed('the broker does not run')
      isFrozen = true
      await broker.freeze()
      await seen('the broker is silent', async () => !(await answers(broker)))
      return 1
    },
    mend: async () => {
      if (!isFrozen) return
      const broker = brokerOf(shop)
      await broker.thaw()
      isFrozen = false
      await seen('the broker answers', () => answers(broker), 20_000)
    },
  }
}

export const brokerRestartLever = (shop: BreakableShop): Lever => ({
  unavailable: () => unavailable(shop),
  targetOf: () => 'kafka',
  inject: async () => {
    const broker = brokerOf(shop)
    const before = await broker.pid()
    await broker.restart()
    await seen('another broker answers', async () => (await broker.pid()) !== before && (await answers(broker)), 30_000)
    return 1
  },
  mend: async () => {},
})
