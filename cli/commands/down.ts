import { stopBroker } from '../broker/lab-broker.ts'
import { defineCommand } from '../command.ts'
import { whileWaiting } from '../terminal/progress.ts'

export const command = defineCommand({
  about:
    "Stops the broker that the lab started. Its topics stay for the next 'lab up'. A cluster of your own (KAFKA_BROKERS) is left alone.",
  examples: [
    ['down', 'stop the broker, keep its topics'],
    ['down --json', 'the same; says what was stopped'],
  ],
  async run(ctx) {
    const stopped = await whileWaiting(ctx, 'Stopping Kafka', stopBroker(ctx))
    if (ctx.json) ctx.out.json({ stopped })
    else
      ctx.out.line(
        stopped ? `${ctx.paint.good('✔')} Kafka is down; its topics are kept.` : 'No broker of the lab was running.',
      )
    return 0
  },
})
