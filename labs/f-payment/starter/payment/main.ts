import { consume } from '../kafka/consumer.ts'
import { startService } from '../shared/service.ts'
import { pay } from './pay.ts'

await startService({ name: 'payment', port: 5001 })
await consume('payment-group', { 'order-created': pay })
