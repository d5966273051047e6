import type { Needs } from '../../kit/service/http/caller.ts'
import type { Method } from '../../kit/service/http/route.ts'

export const services = [
  'order',
  'payment',
  'inventory',
  'notification',
  'shipping',
  'identity',
  'analytics',
  'recommendation',
] as const

export type ServiceName = (typeof services)[number]

/** One way through the gateway. What stands in no door is not reached from outside. */
export interface Door {
  readonly method: Method
  /** In express' form. The service has it under the same path. */
  readonly path: string
  readonly to: ServiceName
  /** Who is let through at all. What of it is theirs, the service knows: it gets the token too, and answers for things of others with 404. */
  readonly needs: Needs
  /** A command that the service does once however often it comes with the same key: it may be asked again after a failure. */
  readonly idempotencyKey?: 'required'
  /** Answers with events, for as long as the caller stays. */
  readonly streams?: true
}

const door = (method: Method, path: string, to: ServiceName, needs: Needs, more: Partial<Door> = {}): Door => ({
  method,
  path,
  to,
  needs,
  ...more,
})

/** Paths without `:` come before those with it where both would match. */
export const doors: readonly Door[] = [
  door('post', '/api/orders', 'order', 'caller', { idempotencyKey: 'required' }),
  door('get', '/api/orders', 'order', 'caller'),
  door('get', '/api/orders/:orderId', 'order', 'caller'),
  door('get', '/api/orders/:orderId/events', 'order', 'caller'),
  door('get', '/api/orders/:orderId/history', 'order', 'caller'),
  door('get', '/api/orders/:orderId/stream', 'order', 'caller', { streams: true }),
  door('post', '/api/orders/:orderId/cancel', 'order', 'caller'),

  door('get', '/api/sagas', 'order', 'staff'),
  door('get', '/api/sagas/:orderId', 'order', 'staff'),
  door('post', '/api/sagas/:orderId/retry', 'order', 'admin'),
  door('post', '/api/sagas/:orderId/abandon', 'order', 'admin'),

  door('get', '/api/payments/:orderId', 'payment', 'caller'),
  door('post', '/api/payments/:orderId/refund', 'payment', 'staff'),

  door('get', '/api/stock', 'inventory', 'caller'),
  door('put', '/api/stock/:productId', 'inventory', 'admin'),

  door('get', '/api/shipments', 'shipping', 'staff'),
  door('post', '/api/shipments', 'shipping', 'staff'),
  door('get', '/api/shipments/:orderId', 'shipping', 'caller'),
  door('get', '/api/shipments/:orderId/label', 'shipping', 'caller'),
  door('post', '/api/shipments/:orderId/notes', 'shipping', 'staff'),
  door('get', '/api/tracking/:trackingNumber', 'shipping', 'anyone'),

  door('get', '/api/notifications', 'notification', 'caller'),
  door('get', '/api/notifications/:id', 'notification', 'caller'),
  door('post', '/api/notifications/:id/resend', 'notification', 'admin'),

  door('get', '/api/analytics/sales', 'analytics', 'staff'),
  door('get', '/api/analytics/funnel', 'analytics', 'staff'),
  door('get', '/api/analytics/cancellations', 'analytics', 'staff'),
  door('get', '/api/analytics/delivery', 'analytics', 'staff'),
  door('get', '/api/analytics/stream', 'analytics', 'staff', { streams: true }),
  door('get', '/api/analytics/rebuild', 'analytics', 'staff'),
  door('post', '/api/analytics/rebuild', 'analytics', 'admin'),

  door('get', '/api/recommendations/products/:productId', 'recommendation', 'caller'),
  door('get', '/api/recommendations/users/:userId', 'recommendation', 'caller'),

  door('post', '/auth/register', 'identity', 'anyone'),
  door('post', '/auth/login', 'identity', 'anyone'),
  door('post', '/auth/refresh', 'identity', 'anyone'),
  door('post', '/auth/logout', 'identity', 'anyone'),
  door('get', '/auth/me', 'identity', 'caller'),
  door('patch', '/auth/me', 'identity', 'caller'),
  door('post', '/auth/me/deactivate', 'identity', 'caller'),
  door('get', '/auth/users', 'identity', 'admin'),
  door('put', '/auth/users/:userId/role', 'identity', 'admin'),
  door('post', '/auth/users/:userId/deactivate', 'identity', 'admin'),
  door('post', '/oauth/token', 'identity', 'anyone'),
  door('get', '/.well-known/jwks.json', 'identity', 'anyone'),
  door('get', '/.well-known/openid-configuration', 'identity', 'anyone'),
]
