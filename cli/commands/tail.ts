import type { LogRecord } from '../../kit/kafka/bus.ts'
import { defineCommand, flag, number, type Parameter } from '../command.ts'
import { interrupted, withBus } from '../shop/connect.ts'
import { startTap } from '../shop/tap.ts'
import { eventJson, eventLine } from '../topics/event-line.ts'

export const command = defineCommand({
  about:
    'Shows each event of one or several topics as it comes: when, topic/partition @offset, key, and its data. It reads beside the services and takes nothing from them. Ends at Ctrl-C, or after --max events.',
  args: { topics: { flags: '<topics...>', about: 'names of topics' } as Parameter<readonly string[]> },
  options: {
    fromBeginning: flag('--from-beginning', 'begin with the oldest event that is kept'),
    max: number('--max <count>', 'end after so many events', { min: 1 }),
  },
  examples: [
    ['tail order-created', 'orders as they are placed'],
    ['tail stock-reserved order-cancelled', 'how orders end'],
    ['tail payment-failed --from-beginning --max 10', 'the first ten declined payments'],
    ['tail order-created --json', 'one JSON object for each event'],
  ],
  async run(ctx, { args: { topics }, options: { fromBeginning, max = Number.MAX_SAFE_INTEGER } }) {
    await withBus(ctx, async (bus) => {
      let count = 0
      const done = Promise.withResolvers<void>()
      const onRecords = (records: readonly LogRecord[]) => {
        for (const record of records.slice(0, max - count)) {
          count++
          if (ctx.json) ctx.out.json(eventJson(record))
          else ctx.out.line(eventLine(record, ctx.paint))
        }
        if (count >= max) done.resolve()
      }
      const from = fromBeginning ? 'beginning' : 'now'
      const tap = await startTap(bus, { name: 'lab-tail', topics, from, onRecords, onFatal: done.reject })
      if (!ctx.json) ctx.err.line(ctx.paint.faint(`Listening to ${topics.join(', ')}. Ctrl-C ends it.`))
      await Promise.race([done.promise, interrupted(ctx.signal)]).finally(() => tap.stop())
    })
    return 0
  },
})
