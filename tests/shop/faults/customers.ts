import { setTimeout as pause } from 'node:timers/promises'
import { ask, type Reply } from './http.ts'
import type { Random } from './random.ts'
import type { Rig } from './rig.ts'

/** People who order while the shop is being broken. */
export interface Customers {
  /** Orders that the shop has accepted so far. */
  accepted(): number
  /** No new ones; resolves when the last of them has her answer. */
  stop(): Promise<void>
}

interface Wish {
  readonly userId: string
  readonly productId: number
  readonly quantity: number
  /** Whole cents. */
  readonly amount: number
}

/** What share of the customers does what. */
const HABITS = { scarce: 0.2, withKey: 0.7, clicksTwice: 0.15, cancels: 0.15 }
const PATIENT_TRIES = 40
const BETWEEN_TRIES_MS = 150

const typeOf = (reply: Reply): 'ok' | 'fail' | 'info' => {
  if (reply.kind === 'refused') return 'fail'
  if (reply.kind === 'unknown' || reply.status >= 500) return 'info'
  return reply.status < 400 ? 'ok' : 'fail'
}

const told = (reply: Reply): Record<string, unknown> =>
  reply.kind === 'answer' ? { status: reply.status, ...pick(reply.body) } : { ...reply }

const pick = ({ orderId, status, detail }: Readonly<Record<string, unknown>>) => ({
  ...(orderId === undefined ? {} : { orderId }),
  ...(typeof status === 'string' ? { state: status } : {}),
  ...(detail === undefined ? {} : { detail }),
})

const wishOf = (random: Random, userId: string): Wish => ({
  userId,
  productId: random.chance(HABITS.scarce) ? 202 : 201,
  quantity: random.between(1, 3),
  amount: random.between(100, 9_999),
})

const urlOf = (rig: Rig): string => {
  const doors = rig.fleet.services.filter(({ name }) => name === 'order')
  return rig.random.pick(doors).url
}

/** With a key she may ask until she gets an answer: it stays one order. Without one she asks once. */
const place = async (rig: Rig, name: string, wish: Wish, key: string | null, isOver: () => boolean) => {
  const tries = key === null ? 1 : PATIENT_TRIES
  for (let i = 0; i < tries; i++) {
    rig.journal.write(name, 'place', 'invoke', { ...wish, key })
    const headers = key === null ? {} : { 'idempotency-key': key }
    const reply = await ask('POST', `${urlOf(rig)}/api/orders`, wish, headers)
    const type = typeOf(reply)
    rig.journal.write(name, 'place', type, { userId: wish.userId, key, ...told(reply) })
    if (type === 'ok' && reply.kind === 'answer') return String(reply.body.orderId)
    if (reply.kind === 'answer' && reply.status < 500) return null
    if (isOver() && i >= PATIENT_TRIES / 4) return null
    await pause(BETWEEN_TRIES_MS)
  }
  return null
}

const cancel = async (rig: Rig, name: string, orderId: string): Promise<void> => {
  rig.journal.write(name, 'cancel', 'invoke', { orderId })
  const reply = await ask('POST', `${urlOf(rig)}/api/orders/${orderId}/cancel`)
  rig.journal.write(name, 'cancel', typeOf(reply), { ...told(reply), orderId })
}

const oneCustomer = async (rig: Rig, number: number, isOver: () => boolean): Promise<string | null> => {
  const { random } = rig
  const name = `customer-${number}`
  const wish = wishOf(random, name)
  const key = random.chance(HABITS.withKey) ? `key-${number}` : null
  const twice = key !== null && random.chance(HABITS.clicksTwice)
  const changesHerMind = random.chance(HABITS.cancels)
  const afterMs = random.between(0, 40)
  const [orderId] = await Promise.all([
    place(rig, name, wish, key, isOver),
    ...(twice ? [place(rig, name, wish, key, isOver)] : []),
  ])
  if (orderId !== null && changesHerMind) {
    await pause(afterMs)
    await cancel(rig, name, orderId)
  }
  return orderId
}

/** `perSecond` orders, at times fixed in advance: a shop that is down delays no customer, it only disappoints her. */
export const startCustomers = (rig: Rig, perSecond: number): Customers => {
  const underWay = new Set<Promise<unknown>>()
  let accepted = 0
  let over = false
  const timer = setInterval(() => {
    const visit = oneCustomer(rig, rig.nextCustomer(), () => over).then((orderId) => {
      if (orderId !== null) accepted += 1
      underWay.delete(visit)
    })
    underWay.add(visit)
  }, 1_000 / perSecond)
  return {
    accepted: () => accepted,
    stop: async () => {
      over = true
      clearInterval(timer)
      await Promise.all(underWay)
    },
  }
}
