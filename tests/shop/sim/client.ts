import { cancel, place } from '../../../services/order/domain.ts'
import { offer } from './consume.ts'
import { saveOrder } from './models.ts'
import { restart } from './processes.ts'
import { emissionRow, publishRow } from './publish.ts'
import type { Instance, Service, World } from './world.ts'

export interface Wish {
  readonly productId: string
  readonly quantity: number
  readonly declined: boolean
}

export type Answer = 'answered' | 'dies-before-commit' | 'dies-before-answer'

/** POST /api/orders as services/order/application.ts does it: order, key and event in one transaction, then the answer. */
export const postOrder = (world: World, instance: Instance, key: string, wish: Wish, answer: Answer): void => {
  const service = world.services.order
  const known = world.bugs.ignoresIdempotencyKey ? undefined : world.tables.idempotency.get(key)
  const orderId = known ?? newOrder(world, service, instance, key, wish, answer)
  if (answer === 'dies-before-commit') {
    restart(world, service, instance, 'dies before the commit of a POST')
    return
  }
  if (answer === 'dies-before-answer') {
    restart(world, service, instance, 'dies before the answer to a POST')
    return
  }
  world.client.accepted.push({ orderId, key })
  world.history?.push({ t: world.now, who: 'client', what: `gets 202 for its order (key ${key})`, orderId })
}

const newOrder = (
  world: World,
  service: Service,
  instance: Instance,
  key: string,
  wish: Wish,
  answer: Answer,
): string => {
  const orderId = `o${world.orderIds++}${wish.declined ? 'd' : ''}`
  const { productId, quantity } = wish
  const { state, emit } = place({ orderId, userId: 'u', productId, quantity, amount: quantity * 10 })
  const rows = emit.map((emission) => emissionRow(world, 'order', instance.index, emission, null))
  if (world.bugs.publishesBeforeCommit) for (const row of rows) publishRow(world, row, instance.name)
  if (answer === 'dies-before-commit') return orderId
  saveOrder(world, state)
  world.tables.idempotency.set(key, orderId)
  service.outbox.push(...rows)
  if (answer === 'answered') offer(instance, rows)
  world.history?.push({
    t: world.now,
    who: instance.name,
    what: `writes the order (${quantity} × ${productId})`,
    orderId,
  })
  return orderId
}

/** POST /api/orders/:id/cancel. */
export const postCancel = (world: World, instance: Instance, orderId: string): void => {
  const order = world.tables.orders.get(orderId)
  if (order === undefined) return
  const before =
    world.bugs.cancelsEnded && order.status === 'CONFIRMED' ? { ...order, status: 'PENDING' as const } : order
  const { state, emit } = cancel(before, 'cancelled by the customer')
  if (emit.length === 0) return
  const rows = emit.map((emission) => emissionRow(world, 'order', instance.index, emission, null))
  saveOrder(world, state)
  world.services.order.outbox.push(...rows)
  offer(instance, rows)
  world.client.cancelled.push(orderId)
  world.history?.push({ t: world.now, who: 'client', what: 'cancels', orderId })
}
