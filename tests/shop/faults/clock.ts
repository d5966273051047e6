import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { groupOf } from '../../../services/contracts/catalogue.ts'
import { ask } from './http.ts'
import { inflict } from './nemesis.ts'
import { type Rig, SESSION_MS, type Service, services } from './rig.ts'
import { waitFor } from './wait.ts'

/** Where Debian puts it; elsewhere the clock is left alone, with a word. */
const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
const HOUR_MS = 3_600_000
const LANDING_MS = 15_000
/** Long enough for a consumer that goes by the wall clock to lose its place in the group. */
const HOLD_MS = 2 * SESSION_MS

/** A wall clock that all services go by, and that we may move while they run; the monotonic clock goes on. */
export interface Clock {
  readonly env: Readonly<Record<string, string>>
  readonly file: string
}

export const borrowClock = (dir: string): Clock | { readonly why: string } => {
  if (!existsSync(LIBRARY)) return { why: `libfaketime is not installed (${LIBRARY})` }
  const file = join(dir, 'clock')
  putRight({ file })
  return {
    file,
    env: {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  }
}

export const putRight = ({ file }: Pick<Clock, 'file'>): void => writeFileSync(file, '+0\n')

const place = async (rig: Rig, what: string): Promise<string> => {
  const wish = { userId: `${what} ${rig.journal.now()}`, productId: 201, quantity: 1, amount: 100 }
  const name = wish.userId
  rig.journal.write(name, 'place', 'invoke', { ...wish, key: null })
  const reply = await ask('POST', `${rig.fleet.url('order')}/api/orders`, wish)
  const orderId = reply.kind === 'answer' && reply.status === 202 ? String(reply.body.orderId) : null
  rig.journal.write(name, 'place', orderId === null ? 'info' : 'ok', {
    userId: name,
    ...(orderId === null ? {} : { orderId }),
  })
  if (orderId === null) throw new Error(`the shop took no order: ${JSON.stringify(reply)}`)
  return orderId
}

const see = async (rig: Rig, orderId: string) => {
  const reply = await ask('GET', `${rig.fleet.url('order')}/api/orders/${orderId}`)
  return reply.kind === 'answer' ? reply.body : {}
}

const hasMember = async (rig: Rig, service: Service): Promise<boolean> => {
  const { members, state } = await rig.bus.group(groupOf(service))
  return state === 'Stable' && members.some(({ clientId }) => clientId.startsWith(service))
}

/**
 * Puts the clock of all services to the real time plus `hours` and lets them live with it for two sessions. Landed when an order carries the moved time.
 * Then every consumer must be in its group, and an order must go its whole way where the broker takes its events: it refuses what is an hour ahead.
 */
export const moveClock = (rig: Rig, clock: Clock, hours: number): Promise<boolean> =>
  inflict(rig, 'clock', { hours }, async () => {
    const movedAt = performance.now()
    const sinceMs = (): number => Math.round(performance.now() - movedAt)
    writeFileSync(clock.file, `${hours < 0 ? '' : '+'}${hours}h\n`)
    const { createdAt } = await see(rig, await place(rig, 'sees'))
    const off = (Date.parse(String(createdAt)) - Date.now()) / HOUR_MS
    if (Math.abs(off - hours) > 0.1) throw new Error(`the order's time is off by ${off.toFixed(2)} h`)
    await waitFor('two sessions are over', () => sinceMs() > HOLD_MS, { deadlineMs: 2 * HOLD_MS })
    for (const service of services)
      await waitFor(`${service} is in its group`, () => hasMember(rig, service), {
        deadlineMs: LANDING_MS,
        everyMs: 100,
      })
    if (hours <= 1) {
      const orderId = await place(rig, 'lives with')
      await waitFor('an order goes its way', async () => (await see(rig, orderId)).status !== 'PENDING', {
        deadlineMs: LANDING_MS,
      })
    }
    return { backMs: sinceMs() }
  })
