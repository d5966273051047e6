import path from 'node:path'
import { stopBroker } from '../broker/lab-broker.ts'
import { defineCommand } from '../command.ts'
import { endServices } from '../shop/leftovers.ts'
import { whileWaiting } from '../terminal/progress.ts'

export const command = defineCommand({
  about:
    "Stops the shop that 'lab demo' started, and the broker that the lab started. Its topics stay for the next 'lab up'. A cluster of your own (KAFKA_BROKERS) is left alone.",
  examples: [
    ['down', 'stop the shop and the broker, keep its topics'],
    ['down --json', 'the same; says what was stopped'],
  ],
  async run(ctx) {
    const ending = endServices(path.join(ctx.stateDir, 'shop.json'))
    const services = await whileWaiting(ctx, 'Stopping the services', ending)
    const stopped = await whileWaiting(ctx, 'Stopping Kafka', stopBroker(ctx))
    if (ctx.json) ctx.out.json({ stopped, ...(services.length > 0 ? { services } : {}) })
    else {
      if (services.length > 0) ctx.out.line(`${ctx.paint.good('✔')} The shop is closed: ${services.join(', ')}.`)
      ctx.out.line(
        stopped ? `${ctx.paint.good('✔')} Kafka is down; its topics are kept.` : 'No broker of the lab was running.',
      )
    }
    return 0
  },
})
