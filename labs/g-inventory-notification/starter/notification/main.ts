import { consume } from '../kafka/consumer.ts'
import type { ShopEvent } from '../shared/events.ts'
import { startService } from '../shared/service.ts'

async function sendEmail({ data }: ShopEvent) {
  // Say Email Sent, with the order's id.
  throw new Error('part G: not written yet')
}

await startService({ name: 'notification', port: 5003 })
await consume('notification-group', { 'stock-reserved': sendEmail })
