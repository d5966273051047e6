import { consume } from '../kafka/consumer.ts'
import { startService } from '../shared/service.ts'
import { decline, isDeclined, refund } from './compensate.ts'
import { pay } from './pay.ts'

await startService({ name: 'payment', port: 5001 })
await consume('payment-group', {
  'order-created': (order) => (isDeclined(order) ? decline(order) : pay(order)),
  'stock-failed': refund,
})
