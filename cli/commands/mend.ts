import { defineCommand, text } from '../command.ts'
import { openDesk } from '../shop/faults/host.ts'
import { requireToggle } from '../shop/faults/settings.ts'

export const command = defineCommand({
  about:
    "Undoes what 'lab break' broke: processes start or go on, switches go off, and it says so once that was seen. What is whole already is left alone.",
  args: { toggle: text('<toggle>', "a toggle that 'lab break' lists, or all") },
  examples: [
    ['mend all', 'the shop is whole again'],
    ['mend freeze', 'the process goes on'],
    ['mend all --json', '{"mended": ["freeze"]}'],
  ],
  async run(ctx, { args: { toggle } }) {
    if (toggle !== 'all') requireToggle(toggle)
    const desk = await openDesk(ctx)
    try {
      const isOn = (phase: string) => phase === 'asked' || phase === 'confirmed'
      const before = (await desk.list()).filter(({ id, phase }) => isOn(phase) && (toggle === 'all' || id === toggle))
      await desk.mend(toggle)
      if (ctx.json) ctx.out.json({ mended: before.map(({ id }) => id) })
      else if (before.length === 0) ctx.out.line('Nothing was broken.')
      for (const { title, id, target } of ctx.json ? [] : before)
        ctx.out.line(`${ctx.paint.good('○')} ${title} (${id})  ${target}  mended`)
      return 0
    } finally {
      await desk.close()
    }
  },
})
