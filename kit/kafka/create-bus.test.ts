import { busSuite } from './bus.suite.ts'
import { consumeSuite } from './consume.suite.ts'
import { createBus } from './create-bus.ts'
import { faultsSuite } from './faults.suite.ts'
import { membersSuite } from './members.suite.ts'

busSuite(createBus)
consumeSuite(createBus)
membersSuite(createBus)
faultsSuite(createBus)
