import { appendFileSync } from 'node:fs'
import type { Delivery, OutgoingRecord } from '../../../kit/kafka/bus.ts'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { SERVICES } from '../contract.ts'
import { isObject, parseJson } from '../json.ts'
import { SHOP_FAULTS, type ShopFault } from './faults.ts'
import { serve } from './http.ts'
import { type Handler, READERS, ShopState } from './services.ts'

/**
 * A small shop of the kit that keeps the contract, or, with `--fault <name>`, breaks it in one way: what a student's tests are tried on. One process
 * with four ports (ORDER_URL, …), KAFKA_BROKERS, PAYMENT_FAIL_RATE, STOCK; notification's output also goes to the file NOTIFICATION_LOG.
 * Prints `ready` once every group reads.
 */
const { env, argv } = process
const fault = argv[argv.indexOf('--fault') + 1]
const log = env.NOTIFICATION_LOG
const bus = createBus({
  brokers: (env.KAFKA_BROKERS ?? 'localhost:9092').split(','),
  clientId: 'kit-shop',
  log: () => {},
})
const say = (line: string): void => console.log(line)
const state = new ShopState({
  failRate: Number(env.PAYMENT_FAIL_RATE ?? 0),
  stock: JSON.parse(env.STOCK ?? '{"201":100}') as Record<string, number>,
  fault: argv.includes('--fault')
    ? (Object.keys(SHOP_FAULTS) as ShopFault[]).find((name) => name === fault)
    : undefined,
  say: {
    order: say,
    payment: say,
    inventory: say,
    notification: (line) => {
      say(line)
      if (log !== undefined) appendFileSync(log, `${line}\n`)
    },
  },
})
const send = async (records: OutgoingRecord[]) => {
  if (records.length > 0) await bus.send(records)
}

/** One answer for each event, also when Kafka delivers it again. */
function reader(handlers: Partial<Record<string, Handler>>) {
  const done = new Set<string>()
  return async ({ topic, records }: Delivery) => {
    const answers = records.flatMap((record) => {
      const value = parseJson(record.value?.toString('utf8') ?? null)
      const place = `${topic}/${record.partition}/${record.offset}`
      if (!isObject(value) || !isObject(value.data) || done.has(place)) return []
      done.add(place)
      return handlers[topic]?.(state, value.data) ?? []
    })
    await send(answers)
  }
}

const servers = await Promise.all(
  SERVICES.map((service) =>
    serve(service, Number(new URL(env[`${service.toUpperCase()}_URL`] ?? '').port), state, send),
  ),
)
const readers = await Promise.all(
  Object.entries(READERS).map(([group, handlers]) =>
    bus.consume({ group, topics: Object.keys(handlers), onRecords: reader(handlers) }),
  ),
)
await Promise.all(readers.map((one) => one.ready))
say('ready')

process.once('SIGTERM', () => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
  void bus.close()
})
