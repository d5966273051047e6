import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { tracingTo } from '../../kit/telemetry/otlp.ts'
import { consumedBy, groupOf } from '../../services/contracts/catalogue.ts'
import { SERVICES } from './dashboard-shop.ts'

/**
 * Four services that only look busy, in a process of their own: each answers `/ready` and `/metrics`, reads its topics in its group and sends the
 * spans of what it read, by the kit's own exporter. Says its addresses as JSON; told the hub's address for spans, it begins, and says so.
 */
const metrics = (service: string) =>
  Array.from({ length: 120 }, (_, n) => `some_metric_${n}{service="${service}"} ${n}`).join('\n')

async function serve(service: string): Promise<string> {
  const body = `${metrics(service)}\noutbox_unsent_rows 0\noutbox_oldest_age_seconds 0\n`
  const server = createServer(({ url }, response) => response.end(url === '/metrics' ? body : 'ok'))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const bus = createBus({ brokers: (process.env.KAFKA_BROKERS ?? '').split(','), clientId: 'bench-shop', log: () => {} })

async function work(service: string, tracesUrl: string): Promise<() => Promise<void>> {
  const tracing = tracingTo(tracesUrl, service)
  const group = groupOf(service)
  const consumption = await bus.consume({
    ...{ group, topics: consumedBy(service) },
    onRecords: async ({ topic, partition, records }) => {
      const takenUpAt = Date.now()
      const about = { topic, partition, group, takenUpAt, outcome: 'handled', attempt: 1 } as const
      tracing.consumed(() =>
        records.map(({ offset, key, headers }) => ({ ...about, offset: String(offset), key: String(key), headers })),
      )
    },
  })
  await consumption.ready
  return async () => {
    await consumption.stop()
    await tracing.stop()
  }
}

const urls = await Promise.all(SERVICES.map(serve))
process.stdout.write(`${JSON.stringify(Object.fromEntries(SERVICES.map((name, i) => [name, urls[i]])))}\n`)
let stops: (() => Promise<void>)[] = []
createInterface({ input: process.stdin })
  .once('line', async (tracesUrl) => {
    stops = await Promise.all(SERVICES.map((service) => work(service, tracesUrl)))
    process.stdout.write('working\n')
  })
  .once('close', async () => {
    await Promise.all(stops.map((stop) => stop()))
    await bus.close()
    process.exit(0)
  })
