import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Needs } from '../../../kit/service/http/caller.ts'
import type { Route } from '../../../kit/service/http/route.ts'
import { createRoutes as analytics } from '../../../services/analytics/api.ts'
import { type Door, doors, type ServiceName } from '../../../services/gateway/routes.ts'
import { createRoutes as identity } from '../../../services/identity/api.ts'
import { sessionRoutes } from '../../../services/identity/sessions/session-routes.ts'
import { tokenRoutes } from '../../../services/identity/tokens/token-routes.ts'
import { createRoutes as inventory } from '../../../services/inventory/api.ts'
import { createWholeRoutes as notification } from '../../../services/notification/whole/api.ts'
import { createRoutes as order } from '../../../services/order/api.ts'
import { createSagaRoutes as sagas } from '../../../services/order/saga/api.ts'
import { createRoutes as payment } from '../../../services/payment/api.ts'
import { createRoutes as recommendation } from '../../../services/recommendation/api.ts'
import { createRoutes as shipping } from '../../../services/shipping/api.ts'

/** Routes are told, not called: what is behind them need not be there. */
const absent = {} as never

const routes: Readonly<Record<ServiceName, readonly Route[]>> = {
  order: [...order(absent, absent, 'whole'), ...sagas(absent)],
  payment: payment(absent, 'whole'),
  inventory: inventory(absent),
  notification: notification(absent),
  shipping: shipping(absent),
  analytics: analytics(absent, Date.now),
  recommendation: recommendation(absent),
  identity: [...identity(absent), ...sessionRoutes(absent), ...tokenRoutes(absent)],
}

/** What is for the services among themselves, and for whoever runs them. */
const withoutDoor = ['get /internal/users/:userId/key', 'post /admin/keys/rotate']

const nameOf = ({ method, path }: Pick<Door, 'method' | 'path'>): string => `${method} ${path}`
const ranks = ['anyone', 'caller', 'staff', 'admin']
const rank = (needs: Needs | undefined): number => ranks.indexOf(String(needs ?? 'caller'))

for (const [service, own] of Object.entries(routes)) {
  it(`given the ${service} service, then each of its routes has a door, but those that are not for strangers, and no door leads nowhere`, () => {
    const behind = doors.filter(({ to }) => to === service)
    const open = own.map(nameOf).filter((name) => !withoutDoor.includes(name))
    assert.deepEqual(behind.map(nameOf).sort(), open.sort())
  })

  it(`given the ${service} service, then the gateway lets nobody through whom the service would send away at once`, () => {
    for (const door of doors.filter(({ to }) => to === service)) {
      const route = own.find((one) => nameOf(one) === nameOf(door))
      assert.ok(rank(door.needs) >= rank(route?.needs), nameOf(door))
    }
  })
}
