import { resolve } from 'node:path'
import { buildPage } from '../../cli/shop/dashboard/page.ts'
import { referenceModel } from '../../cli/shop/dashboard/shop-model.ts'
import { shopPorts } from '../../cli/shop/dashboard/shop-ports.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { createHub } from '../../web/hub/hub.ts'

/** A hub in a process of its own, so that what it costs can be told from what it watches. `SHOP_URLS`: where its services are, as JSON. Says its address; ends with its standard input. */
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',')
const bus = createBus({ brokers, clientId: 'lab-hub', log: () => {} })
const urls: Readonly<Record<string, string>> = JSON.parse(process.env.SHOP_URLS ?? '{}')
const instances = Object.entries(urls).map(([service, url]) => ({ service, instance: 0, url, runs: true }))
const shop = { model: referenceModel(true), brokers, instances: () => instances, scale: null, whileStopped: null }
const page = await buildPage(resolve(import.meta.dirname, '../..'), AbortSignal.timeout(60_000)).done
const hub = await createHub({
  model: shop.model,
  ports: shopPorts(bus, shop).ports,
  page: () => page,
  port: 0,
})
process.stdout.write(`${hub.url}\n`)
process.stdin.resume().once('end', async () => {
  await hub.close()
  await bus.close()
})
