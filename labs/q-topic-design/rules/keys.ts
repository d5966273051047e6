import { type Finding, when } from '../finding.ts'
import type { TopicsFile } from '../shapes.ts'

/** Fields that all events of one order share: any of them keeps the order of these events. */
const KEEPS_ORDER = ['orderId', 'customerId']
/** Fields that the task knows, and that do not. */
const LOSES_ORDER: Readonly<Record<string, string>> = {
  eventId: 'it is another one for each event',
  productId: 'an order has several lines, each with a product of its own',
  occurredAt: 'it is another one for each event',
  amount: 'it has nothing to do with the order, and two orders may share it',
  status: 'it changes while the order goes its way',
  currency: 'it is the same for nearly all orders',
  warehouse: 'one order may be sent from two of them',
}

/** Which events must keep their order: those of one order. */
export function judgeKeys({ topics }: TopicsFile): Finding[] {
  return topics.flatMap(({ name, key }) => {
    if (key === null || key === '') return [{ id: 'design.key-missing', saw: `${name} has no key` } as const]
    if (KEEPS_ORDER.includes(key)) return []
    const why = LOSES_ORDER[key]
    if (why !== undefined) return [{ id: 'design.key-loses-order', saw: `${name}: key ${key}; ${why}` } as const]
    return when(true, 'design.key-unknown', `${name}: key ${key}`)
  })
}
