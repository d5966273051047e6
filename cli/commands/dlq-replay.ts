import type { Bus } from '../../kit/kafka/bus.ts'
import { type Context, defineCommand, flag, number, text, wrongUsage } from '../command.ts'
import { withBus } from '../shop/connect.ts'
import { findDeadLetterTopic, type Outcome, readDeadLetters, replayAll, replayOne } from '../topics/dead-letters.ts'
import { findLetter } from './dlq-show.ts'

export const command = defineCommand({
  about:
    'Publishes dead letters again on the topic where they came from, under their own event ids. Services that have handled an event know it by their inbox and pass it over; the one that failed tries again. The letters stay in their topic. --all goes on where the last --all ended; --offset takes that one, whether it was replayed before or not. Exit code 1 when a letter could not be published again.',
  args: { topic: text('<topic>', 'such as order-created-dlq, or order-created') },
  options: {
    all: flag('--all', 'all that were not replayed yet'),
    offset: number('--offset <offset>', 'only this one'),
    partition: number('--partition <partition>', 'of --offset; dead-letter topics have one, 0', { fallback: 0 }),
    limit: number('--limit <count>', 'with --all: at most so many, the oldest first', { min: 1 }),
  },
  examples: [
    ['dlq replay order-created --all', 'all that wait'],
    ['dlq replay order-created --offset 3', 'one of them'],
    ['dlq replay payment-success --all --limit 10', 'ten, to see whether they go through now'],
  ],
  async run(ctx, { args, options: { all, offset, partition, limit = Number.MAX_SAFE_INTEGER } }) {
    if (all === (offset !== undefined)) {
      throw wrongUsage('Which letters?', "Either --all or --offset N; 'lab dlq show' lists them.")
    }
    const outcomes: Outcome[] = []
    const tell = (outcome: Outcome) => {
      outcomes.push(outcome)
      if (!ctx.json) ctx.out.line(lineOf(ctx, outcome))
    }
    await withBus(ctx, async (bus) => {
      const topic = await findDeadLetterTopic(bus, args.topic)
      if (offset !== undefined) tell(await replayAt(bus, topic, partition, offset))
      else await replayAll(bus, topic, { limit, onOutcome: tell, signal: ctx.signal })
    })
    const replayed = outcomes.filter(({ to }) => to !== null).length
    if (ctx.json) ctx.out.json({ replayed, failed: outcomes.length - replayed, outcomes })
    else ctx.out.line(summary(ctx, outcomes.length, replayed))
    return replayed === outcomes.length ? 0 : 1
  },
})

async function replayAt(bus: Bus, topic: string, partition: number, offset: number): Promise<Outcome> {
  return replayOne(bus, findLetter(await readDeadLetters(bus, topic), topic, partition, offset))
}

function lineOf({ paint }: Context, { topic, partition, offset, key, to, trouble }: Outcome): string {
  const letter = `${topic}/${partition} @${offset}  key ${key ?? 'none'}`
  return to === null ? `${paint.bad('✗')} ${letter}: ${trouble}` : `${paint.good('✓')} ${letter}  → ${to}`
}

function summary({ paint }: Context, count: number, replayed: number): string {
  if (count === 0) return 'Nothing waits: all letters were replayed before, or there are none.'
  const rest = count === replayed ? '' : paint.bad(`; ${count - replayed} could not be and were passed over`)
  return `${replayed} published again${rest}.`
}
