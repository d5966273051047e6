import { type Context, wrongUsage } from '../command.ts'

/** The broker to check on: the lab's own, or, only when that is said in so many words, the one of KAFKA_BROKERS. */
export async function brokersFor(ctx: Context, allowed: boolean): Promise<string[]> {
  const given = (ctx.env.KAFKA_BROKERS ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  if (given.length > 0 && allowed) return given
  if (given.length > 0) {
    throw wrongUsage(
      `KAFKA_BROKERS names a broker of your own (${given.join(',')}), and a check deletes the seven core topics and their groups.`,
      'Add --yes-use-this-broker if that is what you want, or unset KAFKA_BROKERS to check on the broker of the lab.',
    )
  }
  const { ensureBroker } = await import('../broker/lab-broker.ts')
  return (await ensureBroker(ctx)).brokers.split(',')
}
