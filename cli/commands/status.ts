import { type BrokerStatus, brokerStatus } from '../broker/lab-broker.ts'
import { type ServiceStatus, shopStatus } from '../broker/shop-status.ts'
import { type Context, defineCommand } from '../command.ts'
import { columns } from '../terminal/columns.ts'

export const command = defineCommand({
  about: 'Shows which broker and which services run, and where. Exit code 1 when the broker does not answer.',
  examples: [
    ['status', 'broker and services at a glance'],
    ['status --json', '{broker: {kind, running, brokers, pid, port, reason, dataDir}, services: [...]}'],
  ],
  async run(ctx) {
    const [broker, services] = await Promise.all([brokerStatus(ctx), shopStatus(ctx)])
    if (ctx.json) ctx.out.json({ broker, services })
    else print(ctx, broker, services)
    return broker.running ? 0 : 1
  },
})

function print(ctx: Context, broker: BrokerStatus, services: readonly ServiceStatus[]): void {
  const lamp = (on: boolean) => (on ? ctx.paint.good('●') : ctx.paint.bad('○'))
  const facts = [broker.pid && `pid ${broker.pid}`, broker.rssMb && `${broker.rssMb} MB`, broker.reason].filter(Boolean)
  const rows = services.map(({ name, instance, running, url, pid }) => [
    `${lamp(running)} ${name}${instance > 1 ? ` #${instance}` : ''}`,
    running ? url : 'stopped',
    ctx.paint.faint(`pid ${pid}`),
  ])
  const where = broker.running ? (broker.brokers ?? '') : 'not running'
  ctx.out.line(columns([[`${lamp(broker.running)} kafka`, where, ctx.paint.faint(facts.join(', '))], ...rows]))
  if (!broker.running) ctx.out.line("\nStart it with 'lab up'.")
  else if (services.length === 0) ctx.out.line("\nNo services run. Start the shop with 'lab demo'.")
}
