/** The seven ways in which the kit's own shop can be wrong, and what a test of the flow would notice. */
export const SHOP_FAULTS = {
  'no-event': 'an order is answered but order-created is never published',
  'wrong-amount': 'order-created holds another amount than the order',
  'payment-silent': 'payment never answers an order',
  'stock-despite-decline': 'stock is reserved although the payment failed',
  'no-email': 'no e-mail is sent for a reserved order',
  'left-pending': 'an order stays PENDING after its payment failed',
  'no-refund': 'a paid order whose stock failed is never refunded',
} as const

export type ShopFault = keyof typeof SHOP_FAULTS
