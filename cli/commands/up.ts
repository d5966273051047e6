import { ensureBroker } from '../broker/lab-broker.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  about:
    'Starts a real Apache Kafka for the lab and leaves it running, or finds the one that runs. ' +
    'It takes the first that works: the cluster in KAFKA_BROKERS, Docker, Java 17 or newer; and says which.',
  examples: [
    ['up', 'a broker on localhost:9092, or the next free port'],
    ['up --json', 'the same, with its address for a script'],
    ['--verbose up', 'with the place of an error, if there is one'],
  ],
  async run(ctx) {
    const since = performance.now()
    const broker = await ensureBroker(ctx)
    if (ctx.json) ctx.out.json(broker)
    else {
      const seconds = ((performance.now() - since) / 1000).toFixed(1)
      const how = { external: 'your own cluster', docker: 'in Docker', java: "on this machine's Java" }[broker.kind]
      const state = broker.started ? `is up in ${seconds} s` : 'is there'
      ctx.out.line(
        `${ctx.paint.good('✔')} Kafka ${state}: ${ctx.paint.strong(broker.brokers)} (${how}: ${broker.reason})`,
      )
    }
    return 0
  },
})
