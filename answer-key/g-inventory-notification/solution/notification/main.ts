import { consume } from '../kafka/consumer.ts'
import type { ShopEvent } from '../shared/events.ts'
import { startService } from '../shared/service.ts'

async function sendEmail({ data }: ShopEvent) {
  // lab:begin G
  console.log(`Email Sent ${data.orderId}: your order is on its way`)
  // lab:else
  // // Say Email Sent, with the order's id.
  // throw new Error('part G: not written yet')
  // lab:end
}

await startService({ name: 'notification', port: 5003 })
await consume('notification-group', { 'stock-reserved': sendEmail })
