import { setTimeout as pause } from 'node:timers/promises'
import { type Context, defineCommand, flag, text } from '../command.ts'
import { withBus } from '../shop/connect.ts'
import { columns } from '../terminal/columns.ts'
import { type GroupLag, readLag } from '../topics/lag.ts'

const EVERY_MS = 1_000

export const command = defineCommand({
  about:
    'Shows how many events each consumer group has still before it; with a group, for each partition. A lag that grows means that the group is down, or slower than what is written.',
  args: { group: text('[group]', 'a consumer group, such as payment-group') },
  options: { watch: flag('-w, --watch', 'once a second, until Ctrl-C') },
  examples: [
    ['lag', 'all groups'],
    ['lag payment-group', 'each partition that the payment service reads'],
    ['lag --watch', 'see a backlog shrink'],
  ],
  async run(ctx, { args: { group }, options: { watch } }) {
    await withBus(ctx, async (bus) => {
      do {
        const lags = await readLag(bus, group)
        if (ctx.json) ctx.out.json({ groups: lags })
        else if (watch) ctx.out.line(summary(ctx, lags))
        else
          ctx.out.line(lags.length === 0 ? 'There are no consumer groups yet.' : table(ctx, lags, group !== undefined))
        if (watch) await pause(EVERY_MS, undefined, { signal: ctx.signal }).catch(() => undefined)
      } while (watch && !ctx.signal.aborted)
    })
    return 0
  },
})

function summary({ paint, now }: Context, lags: readonly GroupLag[]): string {
  const time = new Date(now()).toISOString().slice(11, 19)
  const parts = lags.map(({ group, lag }) => `${group} ${lag === 0n ? paint.good('0') : paint.warn(String(lag))}`)
  return `${paint.faint(time)}  ${parts.join('   ')}`
}

function table({ paint }: Context, lags: readonly GroupLag[], detailed: boolean): string {
  const head = ['group', 'state', 'members', 'lag'].map((title) => paint.faint(title))
  const rows = lags.map(({ group, state, members, lag }) => [
    paint.strong(group),
    members === 0 ? paint.warn(state) : state,
    String(members),
    lag === 0n ? paint.good('0') : paint.warn(String(lag)),
  ])
  const groups = columns([head, ...rows])
  return detailed ? `${groups}\n\n${partitions(paint.faint, lags)}` : groups
}

function partitions(faint: (text: string) => string, lags: readonly GroupLag[]): string {
  const head = ['topic', 'partition', 'next offset', 'end', 'lag'].map(faint)
  const rows = lags.flatMap((group) =>
    group.partitions.map(({ topic, partition, committed, high, lag }) => [
      ...[topic, String(partition), committed === null ? 'none yet' : String(committed), String(high), String(lag)],
    ]),
  )
  return columns([head, ...rows])
}
