import { createBus } from './create-bus.ts'
import { brokersForTests, QUICK } from './scratch.ts'

// A member of a group in a process of its own, to be killed: `node member.fixture.ts <group> <topic>`. Says `joined`, then never finishes a batch.
const [group, topic] = process.argv.slice(2) as [string, string]
const bus = createBus({ brokers: brokersForTests(), clientId: 'to-be-killed', log: () => {} })
const consumption = await bus.consume({ group, topics: [topic], ...QUICK, onRecords: () => new Promise(() => {}) })
await consumption.ready
process.stdout.write('joined\n')
