import { createRequire } from 'node:module'
import { encodeInPool } from './guard-encoder.ts'

const load = createRequire(import.meta.url)
encodeInPool(load)

/** kafkajs, loaded with the one guard that has to be there first. All of the kit gets it from here. */
export default load('kafkajs') as typeof import('kafkajs')
