import { startService } from '../shared/service.ts'

await startService({ name: 'payment', port: 5001 })
