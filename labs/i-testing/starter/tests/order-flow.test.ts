import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { emails, listen, post, status, until } from './shop.ts'

/** With half of the payments declined, the chance that 16 orders all go the same way is 1 in 32,768. */
const count = 16
const inStock = 201
const neverInStock = 999

let log: Awaited<ReturnType<typeof listen>>
const good: string[] = []
const hopeless: string[] = []
const has = (orderId: string, type: string) => log.of(orderId, type).length > 0
const times = (orderId: string, type: string) => log.of(orderId, type).length
const isPaid = (orderId: string) => has(orderId, 'payment-success')
const isDeclined = (orderId: string) => has(orderId, 'payment-failed')

before(async () => {
  log = await listen()
  for (let i = 1; i <= count; i += 1) {
    good.push(await post(inStock, 1, 100 + i))
    hopeless.push(await post(neverInStock, 2, 100 + i))
  }
})
after(() => log?.stop())

test('an order becomes one order-created event with its own product, quantity and amount', async () => {
  // For each good order: wait until the event is there, count it, compare what is in it.
  assert.fail('part I: not written yet')
})

test('every order is either paid or declined, once', async () => {
  // For all orders: wait until payment has answered, count the answers, compare the amount with the order's.
  assert.fail('part I: not written yet')
})

test('a paid order that is in stock is reserved, confirmed and announced by e-mail', async (t) => {
  // For each good order that is paid: wait for stock-reserved, for the status and for the e-mail. Nothing is undone.
  assert.fail('part I: not written yet')
})

test('a declined order is cancelled, and no stock is touched', async () => {
  // For each declined order: wait for the status and for order-cancelled. Then watch for a while: nothing else happens.
  assert.fail('part I: not written yet')
})

test('a paid order that is out of stock is refunded and cancelled, once', async () => {
  // For each hopeless order that is paid: wait for stock-failed, payment-refunded, order-cancelled and the status.
  assert.fail('part I: not written yet')
})
