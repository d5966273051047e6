import { z } from 'zod'

const orderId = z.string().min(1).max(200).describe('The order; also the message key')
const productId = z.union([z.number(), z.string().min(1).max(200)]).describe('A number or a text; compared as text')
const reason = z.string().min(1).describe('Why, in words for a person')

/** What every event of an order carries, so that no service has to ask another. */
export const orderData = z.object({
  orderId,
  userId: z.string().min(1).max(200).optional().describe('Who ordered'),
  productId,
  quantity: z.int().positive().describe('Units, a whole number above 0'),
  amount: z.number().nonnegative().describe('Price of the whole order'),
})
export const refusedOrderData = orderData.extend({ reason })

/** A product's level after the change that crossed a threshold. */
export const stockLevelData = z.object({
  productId,
  available: z.int().nonnegative().describe('Units that can still be reserved'),
  threshold: z.int().nonnegative().describe('At or below this many units a product is low'),
})
