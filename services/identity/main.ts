import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { identityService } from './service.ts'
import { identitySettings } from './settings.ts'

await runService('identity', () => identityService(readSettings(identitySettings, process.env)))
