import { holderOf } from '../broker/ports.ts'
import { type Context, LabError } from '../command.ts'
import type { BreakableShop, Member } from '../shop/faults/breakable-shop.ts'
import { seen } from '../shop/faults/levers/lever.ts'
import { breakableBroker } from '../shop/faults/own-broker.ts'
import { isFree } from '../shop/ports.ts'
import { statusOf } from '../shop/ready.ts'
import type { MyShop } from './run-shop.ts'

const ANSWER_MS = 15_000

/** A student's running shop as something that can be broken, from outside alone: by its processes, its topics and its broker. */
export const breakableShop = (ctx: Context, shop: MyShop): BreakableShop => {
  const members = (): Member[] =>
    shop.services.map(({ name, url, process: { pid, end } }) => ({
      ...{ name, url, pid },
      instance: 0,
      isRunning: end === undefined,
    }))
  return {
    kind: 'student',
    brokers: shop.broker.brokers.split(','),
    token: null,
    broker: breakableBroker(ctx, shop.broker),
    members,
    // Whatever a program started by lab.json starts in turn stands in the same process group.
    signal: async ({ name }, signal) => {
      const member = members().find((one) => one.name === name)
      if (member?.isRunning) process.kill(-member.pid, signal)
    },
    end: ({ name }, signal) => shop.end(name, signal),
    start: async ({ name }) => {
      const member = (): Member => members().find((one) => one.name === name)!
      const { url } = member()
      // Whoever listens there meanwhile would be taken for the service.
      if (!member().isRunning) await requireFree(name, Number(new URL(url).port))
      await shop.start(name)
      const isDead = (): boolean => !member().isRunning
      await seen(`${name} answers again`, async () => isDead() || (await statusOf(`${url}/health`)) !== 0, ANSWER_MS)
      if (isDead()) throw new LabError('died', `${name} ended again.`, 'Its output is where the shop runs.')
    },
  }
}

const requireFree = async (name: string, port: number): Promise<void> => {
  if (await isFree(port)) return
  const holder = (await holderOf(port)) ?? 'another program'
  throw new LabError(
    'port-taken',
    `${name} cannot come back: ${holder} took its port ${port}.`,
    'End that, then mend again.',
  )
}
