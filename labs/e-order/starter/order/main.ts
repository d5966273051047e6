import { startService } from '../shared/service.ts'
import { paths } from './openapi.ts'
import { addOrderRoutes } from './orders.ts'

await startService({ name: 'order', port: 5000, paths, routes: addOrderRoutes })
