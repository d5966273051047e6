import { z } from 'zod'

const orderId = z.string().min(1).max(200).describe('The order; also the message key')
const productId = z.union([z.number(), z.string().min(1).max(200)]).describe('A number or a text; compared as text')
const reason = z.string().min(1).describe('Why, in words for a person')

const saga = z
  .literal('orchestration')
  .optional()
  .describe('The order service leads this order step by step: whoever acts on events leaves it alone')

/** What every event of an order carries, so that no service has to ask another. */
export const orderData = z.object({
  orderId,
  userId: z.string().min(1).max(200).optional().describe('Who ordered'),
  productId,
  quantity: z.int().positive().describe('Units, a whole number above 0'),
  amount: z.number().nonnegative().describe('Price of the whole order'),
  saga,
})
export const refusedOrderData = orderData.extend({ reason })

/** A product's level after the change that crossed a threshold. */
export const stockLevelData = z.object({
  productId,
  available: z.int().nonnegative().describe('Units that can still be reserved'),
  threshold: z.int().nonnegative().describe('At or below this many units a product is low'),
})

export const shipmentStatuses = [
  'CREATED',
  'PICKED_UP',
  'IN_TRANSIT',
  'DELAYED',
  'DELIVERED',
  'FAILED',
  'CANCELLED',
] as const
const shipmentStatus = z.enum(shipmentStatuses)

/** A shipment carries its order along, so that no listener has to ask for it. */
export const shipmentData = orderData.extend({
  shipmentId: z.string().min(1).max(200),
  trackingNumber: z.string().min(1).max(60),
  carrier: z.string().min(1).max(60),
})
export const shipmentUpdatedData = shipmentData.extend({
  deliverBy: z.iso.datetime().describe('When the carrier expects to deliver'),
  note: z.string().max(500).describe('What changed, in words for the customer'),
})
export const shipmentStatusData = shipmentData.extend({
  from: shipmentStatus.nullable().describe('null where the carrier refused the parcel: there was no shipment before'),
  status: shipmentStatus,
  reason: z.string().min(1).nullable().describe('Why, where it is no good news'),
})

export const completedOrderData = orderData.extend({
  shipmentId: z.string().min(1).max(200).optional(),
  trackingNumber: z.string().min(1).max(60).optional(),
})

/** A step asked of a participant. Asked again after a deadline it has a higher `sequence`; what was done already is done once and answered again. */
const command = <Names extends readonly [string, ...string[]]>(names: Names) =>
  orderData.extend({
    command: z.enum(names),
    sequence: z.int().positive().describe('Rises with every command of one order'),
    reason: z.string().min(1).optional().describe('Why something is undone'),
  })
const reply = <Names extends readonly [string, ...string[]]>(names: Names) =>
  orderData.extend({
    command: z.enum(names),
    sequence: z.int().positive().describe('Of the command that is answered'),
    outcome: z.enum(['done', 'refused']),
    reason: z.string().min(1).optional().describe('Why it was refused'),
    shipmentId: z.string().optional(),
    trackingNumber: z.string().optional(),
  })

const stockCommands = ['reserve', 'release'] as const
const paymentCommands = ['charge', 'refund'] as const
const shippingCommands = ['ship', 'unship'] as const
export const stockCommand = command(stockCommands)
export const stockReply = reply(stockCommands)
export const paymentCommand = command(paymentCommands)
export const paymentReply = reply(paymentCommands)
export const shippingCommand = command(shippingCommands)
export const shippingReply = reply(shippingCommands)

/** Personal fields, sealed with the user's own key (AES-256-GCM): once that key is deleted, nobody can read them again, in no copy of the log. All base64. */
const sealed = z.object({
  keyId: z.string().min(1).max(200),
  iv: z.string().min(1).max(64),
  tag: z.string().min(1).max(64),
  text: z.string().min(1).max(20_000).describe('JSON with name, email and phone, encrypted'),
})
const userId = z.string().min(1).max(200).describe('The user; also the message key')

/** Version 2 of a user. Version 1 had `isAdmin` in the place of `role`, and no `preferences`: see upcasters.ts. */
export const userData = z.object({
  userId,
  role: z.enum(['customer', 'admin']),
  preferences: z.object({
    channels: z.array(z.enum(['email', 'sms', 'push'])).describe('On which ways the user wants to hear from us'),
    quietHours: z
      .object({
        from: z.string().regex(/^\d\d:\d\d$/),
        to: z.string().regex(/^\d\d:\d\d$/),
        timeZone: z.string().max(60),
      })
      .nullable()
      .describe('When not to disturb by SMS and push; null: never quiet'),
  }),
  personal: sealed,
  revision: z.int().positive().describe('Rises with every change of the user'),
})
export const userDeactivatedData = z.object({
  userId,
  revision: z.int().positive(),
  forgotten: z.boolean().describe('true: the key is deleted too, and with it all personal fields'),
})
