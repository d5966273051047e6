import type { DeadLetterRow } from '../../web/hub/protocol.ts'
import { goldenDots } from './golden.ts'

/** A dead letter of an order that the payment service gave up. */
export const goldenLetter = (offset: string): DeadLetterRow => ({
  ...{ dot: { ...goldenDots[0]!, topic: 'order-created-dlq', offset, kind: 'failed' }, error: 'not JSON', attempts: 3 },
  ...{ group: 'payment-group', originTopic: 'order-created', originPartition: 0, originOffset: '4', replayed: false },
})
