import { type Context, defineCommand, flag, number, type Parameter, text, wrongUsage } from '../command.ts'
import { withBus } from '../shop/connect.ts'
import { columns } from '../terminal/columns.ts'
import { type Move, planRewind, readTime, rewind, type Target } from '../topics/rewind.ts'

const time: Parameter<number | undefined> = {
  flags: '--to-time <time>',
  about: 'to the first event at or after it: 2026-05-01T12:00:00Z, or how long ago, such as 10m or 2h',
  parse: (given) => readTime(given, Date.now()),
}

export const command = defineCommand({
  about:
    "Moves a consumer group's position on a topic, so that it reads events again when it starts next. The group must be stopped. A service of the shop passes over what its inbox knows it has handled: a replay repairs what was missed and repeats nothing.",
  args: {
    group: text('<group>', 'such as payment-group'),
    topic: text('<topic>', 'such as order-created'),
  },
  options: {
    earliest: flag('--earliest', 'to the oldest event that is kept'),
    toOffset: number('--to-offset <offset>', 'to this offset in each partition, or in --partition'),
    toTime: time,
    partition: number('--partition <partition>', 'with --to-offset: only this one'),
    dryRun: flag('--dry-run', 'only say what would happen'),
  },
  examples: [
    ['replay payment-group order-created --earliest', 'read every order again'],
    ['replay payment-group order-created --to-time 10m', 'what was placed in the last ten minutes'],
    ['replay payment-group order-created --to-offset 40 --partition 2 --dry-run', 'what would that mean?'],
  ],
  async run(ctx, { args: { group, topic }, options }) {
    const target = targetOf(options)
    const moves = await withBus(ctx, async (bus) => {
      const planned = await planRewind(bus, group, topic, target)
      if (!options.dryRun) await rewind(bus, group, topic, planned)
      return planned
    })
    if (ctx.json) ctx.out.json({ group, topic, moved: !options.dryRun, partitions: moves })
    else ctx.out.line(tell(ctx, group, topic, moves, options.dryRun))
    return 0
  },
})

interface Wishes {
  readonly earliest: boolean
  readonly toOffset: number | undefined
  readonly toTime: number | undefined
  readonly partition: number | undefined
}

function targetOf({ earliest, toOffset, toTime, partition }: Wishes): Target {
  const given = [earliest, toOffset !== undefined, toTime !== undefined].filter(Boolean).length
  if (given !== 1) throw wrongUsage('To where?', 'Give one of --earliest, --to-offset N and --to-time T.')
  if (partition !== undefined && toOffset === undefined) {
    throw wrongUsage('--partition belongs to --to-offset.', 'Leave it out, or give --to-offset too.')
  }
  if (toOffset !== undefined) return { kind: 'offset', offset: BigInt(toOffset), partition }
  return toTime === undefined ? { kind: 'earliest' } : { kind: 'time', time: toTime }
}

function tell({ paint }: Context, group: string, topic: string, moves: readonly Move[], dryRun: boolean): string {
  const head = ['partition', 'from', 'to', ''].map(paint.faint)
  const rows = moves.map(({ partition, from, to, again }) => {
    const effect = again === 0n ? 'stays' : again > 0n ? `${again} to read again` : `${-again} to be skipped`
    return [
      String(partition),
      from === null ? 'none yet' : String(from),
      String(to),
      again < 0n ? paint.warn(effect) : effect,
    ]
  })
  const again = moves.reduce((sum, move) => sum + (move.again > 0n ? move.again : 0n), 0n)
  const end = dryRun
    ? 'Nothing was changed (--dry-run).'
    : `${paint.good('✓')} ${group} goes on there when it starts next: ${again} events of ${topic} again. What its inbox knows as handled is passed over.`
  return `${columns([head, ...rows])}\n\n${end}`
}
