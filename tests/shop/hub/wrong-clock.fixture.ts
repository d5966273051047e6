import { createBus } from '../../../kit/kafka/create-bus.ts'

/** Publishes records as a machine does whose clock is wrong by so many ms: `node wrong-clock.fixture.ts <brokers> <ms> <records as JSON>`. */
const [brokers = '', wrongBy = '0', records = '[]'] = process.argv.slice(2)
const right = Date.now
Date.now = () => right() + Number(wrongBy)
const bus = createBus({ brokers: brokers.split(','), clientId: 'wrong-clock', log: () => {} })
await bus.send(JSON.parse(records))
await bus.close()
