import { startService } from '../shared/service.ts'
import { paths } from './openapi.ts'

await startService({ name: 'order', port: 5000, paths })
