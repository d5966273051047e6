import { startService } from '../shared/service.ts'

await startService({ name: 'inventory', port: 5002 })
