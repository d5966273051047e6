import { consume } from '../kafka/consumer.ts'
import { startService } from '../shared/service.ts'
import { reserve } from './stock.ts'

await startService({ name: 'inventory', port: 5002 })
await consume('inventory-group', { 'payment-success': reserve })
