import { health, none, open } from './door.ts'
import { wrap } from './envelope.ts'
import { follow } from './wire.ts'

const rate = Number(process.env.PAYMENT_FAIL_RATE ?? 0)
/** One throw of the dice for each order, kept, so that a batch that is tried again comes out the same. */
const dice = new Map<string, boolean>()

function declined(orderId: string): boolean {
  const thrown = dice.get(orderId) ?? Math.random() < rate
  dice.set(orderId, thrown)
  return thrown
}

export async function payment(): Promise<void> {
  let stop = async () => {}
  await open('payment', 5001, health, none, () => stop())
  stop = await follow('payment-group', ['order-created', 'stock-failed'], (data, topic) => {
    if (topic === 'stock-failed') return [wrap('payment-refunded', { ...data, reason: 'nothing to deliver' })]
    console.log('\u001b[2m[debug]\u001b[0m payment processing ...')
    if (declined(data.orderId)) return [wrap('payment-failed', { ...data, reason: 'card declined', code: 51 })]
    console.log(`\u001b[36mpayment done\u001b[0m ${data.amount}`)
    return [wrap('payment-success', { ...data, receipt: `r-${data.orderId}` })]
  })
}
