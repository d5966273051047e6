import { consume } from '../kafka/consumer.ts'
import { startService } from '../shared/service.ts'
import { paths } from './openapi.ts'
import { addOrderRoutes } from './orders.ts'
import { addStatusRoute, cancel, confirm } from './saga.ts'

await startService({
  name: 'order',
  port: 5000,
  paths,
  routes: (app) => {
    addStatusRoute(app)
    addOrderRoutes(app)
  },
})
await consume('order-group', { 'stock-reserved': confirm, 'payment-failed': cancel, 'stock-failed': cancel })
