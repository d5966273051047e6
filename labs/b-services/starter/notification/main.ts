import { startService } from '../shared/service.ts'

await startService({ name: 'notification', port: 5003 })
