import { defineCommand } from '../command.ts'
import { withBus } from '../shop/connect.ts'
import { columns } from '../terminal/columns.ts'
import { listDeadLetterTopics } from '../topics/dead-letters.ts'

export const command = defineCommand({
  about:
    "Lists the dead-letter topics. An event that a service cannot handle, however often it tries, is put into '<topic>-dlq' with the reason, so that the events behind it go on.",
  examples: [
    ['dlq list', 'what lies where, and what was not replayed yet'],
    ['dlq list --json', 'the same for a program'],
  ],
  async run(ctx) {
    const topics = await withBus(ctx, listDeadLetterTopics)
    topics.sort((a, b) => Number(b.waiting - a.waiting) || a.topic.localeCompare(b.topic))
    if (ctx.json) ctx.out.json({ topics })
    else {
      const head = ['topic', 'kept', 'not replayed yet'].map(ctx.paint.faint)
      const rows = topics.map(({ topic, kept, waiting }) => {
        const paint = waiting > 0n ? ctx.paint.warn : ctx.paint.faint
        return [paint(topic), String(kept), paint(String(waiting))]
      })
      ctx.out.line(topics.length === 0 ? 'There are no dead-letter topics.' : columns([head, ...rows]))
    }
    return 0
  },
})
