import { runEdge } from '../../kit/service/edge.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { openGateway } from './gateway.ts'
import { gatewaySettings } from './settings.ts'

const version = '1.0.0'

await runEdge('gateway', () => ({
  name: 'gateway',
  settings: readSettings(gatewaySettings, process.env),
  open: (parts) => openGateway(version, parts),
}))
